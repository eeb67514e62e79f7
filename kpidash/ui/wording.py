"""Scored values in words: sentences that explain a status, say what moved and what to look at."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kpidash.charts.theme import STATUS
from kpidash.domain.catalogue import Aggregation, Direction, Kpi
from kpidash.domain.scorecard import Rolled
from kpidash.services.kpis import KpiDetail
from kpidash.services.overview import Earlier, Movement
from kpidash.ui.formats import Formats, is_missing
from kpidash.ui.sentences import joined

Judged = Mapping[str, Any]
"""One KPI's row of a scorecard."""


def goal(kpi: Kpi, judged: Judged, formats: Formats, *, bare: bool = False) -> str:
    """The target to date as one reads it beside an actual; that of the whole window before there is one."""
    which = "target" if judged["status"] == "no_data" else "target_to_date"
    bounds = [judged[name] for name in (which, f"{which}_low", f"{which}_high")]
    return _goal(kpi, formats, bounds, bare=bare)


def whole_goal(kpi: Kpi, judged: Judged, formats: Formats) -> str:
    """The target of the whole window."""
    return _goal(kpi, formats, [judged["target"], judged["target_low"], judged["target_high"]])


def _goal(kpi: Kpi, formats: Formats, bounds: list[Any], *, bare: bool = False) -> str:
    target, low, high = bounds
    if kpi.direction is Direction.MAINTAIN:
        if is_missing(low) or is_missing(high):
            return "no target"
        return formats.span(low, high, kpi, bare=bare)
    if is_missing(target):
        return "no target"
    return ("at most " if kpi.direction is Direction.DECREASE else "") + formats.value(target, kpi, bare=bare)


def latest(kpi: Kpi, judged: Judged, formats: Formats) -> str:
    """The latest period of the window that was reported."""
    return formats.latest(judged["last_period"], kpi.frequency)


def against(kpi: Kpi, judged: Judged, formats: Formats) -> str:
    """The line under an actual: of what, by when."""
    text = goal(kpi, judged, formats)
    if text == "no target":
        return "no target set"
    if judged["status"] == "no_data":
        return f"target {text}"
    if kpi.aggregation is Aggregation.SUM and kpi.direction is Direction.INCREASE:
        return f"of {text} due by now"
    return f"target {text}"


def variance(kpi: Kpi, judged: Judged, formats: Formats) -> str:
    """The variance in words, so that nobody has to think which way is good."""
    amount = judged["variance"]
    if judged["status"] == "no_data":
        return "nothing reported yet"
    if is_missing(amount):
        return "not compared"
    if amount == 0:
        return "inside the range" if kpi.direction is Direction.MAINTAIN else "exactly on target"
    by = formats.distance(amount, kpi)
    if not any(sign in "123456789" for sign in by):
        by = "just"
    match kpi.direction:
        case Direction.MAINTAIN:
            low = judged["target_to_date_low"]
            return f"{by} {'below' if judged['compared_actual'] < low else 'above'} the range"
        case Direction.DECREASE:
            return f"{by} {'better than' if amount > 0 else 'over'} the limit"
    return f"{by} {'ahead' if amount > 0 else 'short'}"


def explanation(kpi: Kpi, judged: Judged, formats: Formats, when: str) -> str:
    """The sentence that says why a KPI has its status; `when` names the window or day."""
    status = judged["status"]
    if status == "no_data":
        return f"Nothing has been reported yet for {when}, so there is nothing to judge."
    actual = formats.value(judged["actual"], kpi)
    if status == "stale":
        return (
            f"{actual} is the last that was reported; the period that is due by now is missing, "
            "so the status is withheld."
        )
    if status == "no_target":
        return f"{actual} by {when}; no target covers these periods, so there is nothing to compare with."
    compared = formats.value(judged["compared_actual"], kpi)
    verdict = STATUS[status].word
    expected = goal(kpi, judged, formats)
    reached = judged["attainment"]
    part = "attained" if is_missing(judged["baseline_to_date"]) else "of the planned change made"
    share = "" if is_missing(reached) else f": {formats.attained(reached)} {part}"
    partial = ""
    if judged["compared_periods"] != judged["periods"]:
        partial = f" Compared on {judged['compared_periods']} of {judged['periods']} reported periods."
    fact = f"{compared} against {expected} expected by {when}{share}"
    return f"{fact}, so it is {verdict} ({rule(kpi, formats)}).{partial}"


def until(found: KpiDetail, formats: Formats) -> str:
    """By when a target to date is due: the day of a running window, else the window."""
    if found.window.start <= found.as_of < found.window.end:
        return formats.short_day(found.as_of)
    return formats.window(found.window)


def rule(kpi: Kpi, formats: Formats) -> str:
    """The thresholds of a KPI."""
    return f"on target from {formats.share(kpi.on_target)}, at risk from {formats.share(kpi.at_risk)}"


def change(amount: float | None, earlier: Earlier, formats: Formats) -> str:
    """How a score moved."""
    since = compared_with(earlier, formats)
    if amount is None:
        return f"not comparable with {since}"
    if round(amount, 1) == 0:
        return f"unchanged since {since}"
    return f"{'▲' if amount > 0 else '▼'} {formats.number(abs(amount), 1)} since {since}"


def _since(earlier: Earlier, formats: Formats) -> str:
    return ("on " if earlier.before is None else "in ") + compared_with(earlier, formats)


def compared_with(earlier: Earlier, formats: Formats) -> str:
    """The period, or the day, that a screen is compared with."""
    if earlier.before is None:
        return formats.day(earlier.as_of)
    if "-Q" in earlier.window or earlier.window.startswith("FY"):
        year, _, quarter = earlier.window.partition("-")
        return f"{quarter} FY{year}" if quarter else year
    return formats.month(earlier.before)


def summary(rolled: Rolled, counts: Mapping[str, int], formats: Formats) -> str:
    """How a department stands, in one or two sentences."""
    total = sum(counts.values())
    first = f"{counts['on_target']} of {_count(total, 'KPI')} on target"
    rest = [f"{counts[status]} {STATUS[status].word}" for status in list(STATUS)[1:] if counts[status]]
    text = f"{first}; {', '.join(rest)}." if rest else f"{first}."
    if rolled.coverage < 1:
        text += f" The score covers {formats.share(rolled.coverage)} of the weight."
    return text


def headline(
    rolled: Rolled, counts: Mapping[str, int], moved: Movement, names: Mapping[str, str], noun: str = "KPI"
) -> str:
    """What an executive should know first, in at most three sentences."""
    off, risk = counts["off_target"], counts["at_risk"]
    if rolled.score is None:
        first = "Too little is scored to say how the company stands"
    elif off:
        first = f"{_count(off, noun)} {'is' if off == 1 else 'are'} off target and {risk} at risk"
    elif risk:
        first = f"Nothing is off target; {_count(risk, noun)} {'is' if risk == 1 else 'are'} at risk"
    else:
        first = "Everything that is scored is on target"
    parts = [first + "."]
    if moved.turned:
        parts.append(f"Newly off target: {_listed(moved.turned, names)}.")
    if moved.recovered:
        parts.append(f"Recovered: {_listed(moved.recovered, names)}.")
    if counts["stale"]:
        parts.append(f"{_count(counts['stale'], noun)} withheld because data is late.")
    return " ".join(parts)


def reason(kpi: Kpi, row: Judged, formats: Formats, earlier: Earlier) -> str:
    """Why a KPI is among those that need a decision."""
    if row["status"] == "stale":
        return "data is late, so nobody knows how it stands"
    words = variance(kpi, row, formats)
    if not is_missing(row["attainment"]):
        words = f"{formats.attained(row['attainment'])} attained, {words}"
    if not is_missing(row["fell_from"]):
        return f"falling: {words}; it was {formats.attained(row['fell_from'])} {_since(earlier, formats)}"
    if row["before"] != "off_target":
        return words
    return f"{words}; off target {_since(earlier, formats)} too"


_AGO = ((86_400, "day", "days"), (3_600, "hour", "hours"), (60, "min", "min"), (1, "s", "s"))
_JUST_NOW_S = 5


def ago(passed: timedelta) -> str:
    """How long something is past: just now, 12 s ago, 5 min ago, 2 days ago."""
    seconds = int(passed.total_seconds())
    for size, one, many in _AGO:
        if seconds >= max(size, _JUST_NOW_S):
            count = seconds // size
            return f"{count} {one if count == 1 else many} ago"
    return "just now"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(codes: tuple[str, ...], names: Mapping[str, str], most: int = 3) -> str:
    more = len(codes) - most
    shown = [names.get(code, code) for code in codes[:most]]
    return joined([*shown, f"{more} more"] if more > 0 else shown)
