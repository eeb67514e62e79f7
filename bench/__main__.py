"""`python -m bench`: one table of every figure, its reference and the ratio."""

from bench import scorecard

FIGURES = (scorecard.figures,)


def main() -> None:
    """Print the table."""
    print("| figure | reference | median | reference's | ratio |")
    print("|---|---|---|---|---|")
    for figures in FIGURES:
        for figure in figures():
            print(
                f"| {figure.name} | {figure.reference} | {figure.seconds * 1000:.1f} ms "
                f"| {figure.reference_seconds * 1000:.1f} ms | {figure.ratio:.1f} |"
            )


if __name__ == "__main__":
    main()
