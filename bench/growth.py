"""What a larger company costs: `python -m bench.growth [S M L XL] [--database sqlite|postgresql]`.

For each size the services behind three screens, for the same twenty KPIs and two departments at every size:
the person is a viewer of one department. Company is that person's company, scored as a whole. "As it is" is
with nothing changed since, "changed" after a commit of other numbers. Then the commit of 1,000 rows.
"""
