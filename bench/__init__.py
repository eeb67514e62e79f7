"""Measurements: ratios to a reference that runs beside them, since machines are noisy."""
