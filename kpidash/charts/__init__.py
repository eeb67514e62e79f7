"""Figures: scored data in, one Plotly figure out. Colour comes from status, in `theme` alone."""
