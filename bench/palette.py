"""`python -m bench.palette` computes the palette's figures and writes them into docs/design-system.md."""

import sys
from itertools import combinations
from pathlib import Path

from bench.colour_vision import SIGHTS, apart, contrast
from kpidash.charts.palette import MODES, PALETTES, TONES, Palette

DOCUMENT = Path(__file__).parents[1] / "docs" / "design-system.md"
BEGIN, END = "<!-- figures: begin, written by python -m bench.palette -->", "<!-- figures: end -->"
TEXT_NEEDS, MARK_NEEDS, APART_NEEDS = 4.5, 3.0, 14.0
"""WCAG 2.2 AA for text, for marks and parts of figures, and our own least CIEDE2000 between two statuses."""
WORDS = {"green": "on target", "orange": "at risk", "red": "off target", "gray": "stale, no target, no data"}


def grounds(palette: Palette) -> dict[str, str]:
    """What marks and words stand on outside of their own wash."""
    return {"ground": palette.ground, "side bar": palette.side, "card": palette.card}


def contrasts(mode: str) -> list[tuple[str, str, str, float, float]]:
    """What stands on what in a theme: what, colour, ground, contrast and what it needs."""
    palette = PALETTES[mode]
    found = []
    for name, ground in grounds(palette).items():
        plain = {"text": palette.text, "quiet text": palette.muted, "accent": palette.accent}
        found += [(what, one, name, contrast(one, ground), TEXT_NEEDS) for what, one in plain.items()]
        found.append(
            (
                "bars and lines without a status",
                palette.data,
                name,
                contrast(palette.data, ground),
                MARK_NEEDS,
            )
        )
        for tone in TONES:
            look = palette.tones[tone]
            found.append((f"mark: {WORDS[tone]}", look.mark, name, contrast(look.mark, ground), MARK_NEEDS))
            found.append((f"words: {WORDS[tone]}", look.word, name, contrast(look.word, ground), TEXT_NEEDS))
    for tone in TONES:
        look = palette.tones[tone]
        found.append(
            (f"words: {WORDS[tone]}", look.word, "own wash", contrast(look.word, look.wash), TEXT_NEEDS)
        )
        band = contrast(look.mark, palette.band)
        found.append((f"mark: {WORDS[tone]}", look.mark, "target range", band, MARK_NEEDS))
    found.append(("text", palette.text, "target range", contrast(palette.text, palette.band), TEXT_NEEDS))
    return found


def distances(mode: str) -> list[tuple[str, str, dict[str, float]]]:
    """How far apart the marks of each two statuses are in a theme, for each sight."""
    tones = PALETTES[mode].tones
    return [
        (WORDS[one], WORDS[other],
         {sight: apart(tones[one].mark, tones[other].mark, sight) for sight in SIGHTS})
        for one, other in combinations(TONES, 2)
    ]  # fmt: skip


def figures() -> str:
    """Both tables for both themes, as Markdown."""
    lines: list[str] = []
    for mode in MODES:
        heads = "| what | colour | ground | side bar | card | own wash | target range | needs |"
        lines += [f"### Contrast, {mode} theme", "", heads, "|---|---|---|---|---|---|---|---|"]
        known: dict[tuple[str, str, float], dict[str, float]] = {}
        for what, colour, ground, reached, needed in contrasts(mode):
            known.setdefault((what, colour, needed), {})[ground] = reached
        places = (*grounds(PALETTES[mode]), "own wash", "target range")
        for (what, colour, needed), by_ground in known.items():
            cells = [f"{by_ground[place]:.2f}" if place in by_ground else "" for place in places]
            lines.append(f"| {what} | `{colour}` | {' | '.join(cells)} | {needed:g} |")
        lines += ["", f"### Apart for everybody, {mode} theme", "",
                  f"| CIEDE2000 between the marks of | and | {' | '.join(SIGHTS)} |",
                  f"|---|---|{'---|' * len(SIGHTS)}"]  # fmt: skip
        lines += [
            f"| {one} | {other} | {' | '.join(f'{value:.1f}' for value in by_sight.values())} |"
            for one, other, by_sight in distances(mode)
        ]
        lines.append("")
    return "\n".join(lines)


def written(document: str) -> str:
    """The document with the figures of now."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{figures()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT} is up to date\n")
