"""A sparkline: the shape of a year in the height of a line of text, as points of a 100 × 28 drawing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WIDTH, HEIGHT, EDGE = 100.0, 28.0, 3.0


@dataclass(frozen=True)
class Sparkline:
    """Drawable points: `actual` as polylines broken where data is missing, `target` as steps (maybe none),
    `end` where the last actual stands.
    """

    actual: tuple[str, ...]
    target: tuple[str, ...]
    end: tuple[str, str]


def sparkline(actual: Floats, target: Floats) -> Sparkline | None:
    """The drawing of two equally long series in order of time; None with fewer than two actuals."""
    known = ~np.isnan(actual)
    if known.sum() < 2:
        return None
    both = np.column_stack([actual, target])
    low, high = np.nanmin(both), np.nanmax(both)
    spread = (high - low) or 1.0
    height = HEIGHT - EDGE - (both - low) / spread * (HEIGHT - 2 * EDGE)
    place = np.linspace(EDGE, WIDTH - EDGE, len(both))
    last = int(np.flatnonzero(known)[-1])
    half = (WIDTH - 2 * EDGE) / (len(both) - 1) / 2
    steps_x = np.column_stack([place - half, place + half]).ravel().clip(0, WIDTH)
    steps_y = np.repeat(height[:, 1], 2)
    return Sparkline(
        actual=_polylines(place, height[:, 0]),
        target=_polylines(steps_x, steps_y),
        end=(f"{place[last]:.1f}", f"{height[last, 0]:.1f}"),
    )


def heights(actual: Floats, target: Floats) -> tuple[list[int | None], list[int | None]] | None:
    """The same as whole numbers from 0 (lowest) to 100, None where nothing is known: short to send."""
    if (~np.isnan(actual)).sum() < 2:
        return None
    both = np.column_stack([actual, target])
    low, high = np.nanmin(both), np.nanmax(both)
    scaled = np.rint((both - low) / ((high - low) or 1.0) * 100)
    first, second = ([None if np.isnan(one) else int(one) for one in column] for column in scaled.T)
    return first, second


def _polylines(across: np.ndarray, down: np.ndarray) -> tuple[str, ...]:
    """The stretches without a gap."""
    known = ~np.isnan(down)
    stretches = np.split(np.arange(len(down)), np.flatnonzero(np.diff(known.astype(int))) + 1)
    return tuple(
        " ".join(f"{across[one]:.1f},{down[one]:.1f}" for one in stretch)
        for stretch in stretches
        if known[stretch[0]]
    )
