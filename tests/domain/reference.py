"""A second reading of the rules of KPI arithmetic: slow, literal, one number at a time.

Each function quotes the sentence of RULES.md that it carries out. It shares with the product only the
definitions, the parsing of labels and the evaluation of a formula's text; numbers are exact fractions of
the decimals that people write, so nothing here rounds unless the rules say so.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from kpidash.domain.catalogue import Catalogue, Department, Kpi, Kra, PeriodTarget, Trajectory
from kpidash.domain.formula import Input, parse_formula
from kpidash.domain.period import Window

DAY = timedelta(days=1)
ORDER = ["daily", "weekly", "monthly", "quarterly", "yearly"]
LENGTH = {"monthly": 1, "quarterly": 3, "yearly": 12}
Days = tuple[date, date]
"""A period: its first day and the day after its last."""


@dataclass(frozen=True)
class Row:
    """One actual: a KPI, a native period by its start day, a segment, and what was reported."""

    kpi: str
    start: date
    segment: str = ""
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True)
class Goal:
    """The target of one native period: `value` or `low` and `high`; `baseline` when from a trajectory."""

    value: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    baseline: Fraction | None = None


def exact(number: float | Fraction) -> Fraction:
    """The decimal that the number was written as."""
    return number if isinstance(number, Fraction) else Fraction(repr(float(number)))


def months_later(day: date, months: int) -> date:
    """The first of the month that lies so many months after the day's."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def days(period: Days) -> int:
    return (period[1] - period[0]).days


def anchor(period: Days, frequency: str) -> date:
    """§2: a native period belongs to the window that holds its start day; a week to that of its Thursday."""
    return period[0] + 3 * DAY if frequency == "weekly" else period[0]


@dataclass
class Reference:
    """One question asked of one company: what a window shows when it is looked at on the day `as_of`."""

    catalogue: Catalogue
    rows: list[Row]
    window: Window
    as_of: date
    holidays: frozenset[date] = frozenset()
    remembered: dict[tuple[str, Days], Goal | None] = field(default_factory=dict)

    # §2 Periods

    def period_of(self, day: date, frequency: str) -> Days:
        """§2: daily, weekly (ISO, Monday), monthly, quarterly, yearly. Quarters and years are fiscal."""
        if frequency == "daily":
            return day, day + DAY
        if frequency == "weekly":
            while day.isoweekday() != 1:
                day -= DAY
            return day, day + 7 * DAY
        while (day.month - self.catalogue.company.fiscal_year_start) % LENGTH[frequency] != 0:
            day = months_later(day, -1)
        return day.replace(day=1), months_later(day, LENGTH[frequency])

    def periods_in(self, holder: Days, frequency: str) -> list[Days]:
        """§2: the native periods that belong to a window (or to a coarser period), by their anchors."""
        found = []
        period = self.period_of(holder[0], frequency)
        while period[0] < holder[1]:
            if holder[0] <= anchor(period, frequency) < holder[1]:
                found.append(period)
            period = self.period_of(period[1], frequency)
        return found

    def native_periods(self, kpi: Kpi) -> list[Days]:
        """§2: where the window is finer than the KPI's frequency (a month for a quarterly or yearly KPI, a
        quarter for a yearly one), its one native period is the latest that ends on or before both the
        window's end and as of + 1 day."""
        finest = {"month": "monthly", "quarter": "quarterly"}.get(self.window.kind, "yearly")
        if ORDER.index(kpi.frequency) <= ORDER.index(finest):
            return self.periods_in((self.window.start, self.window.end), kpi.frequency)
        limit = min(self.window.end, self.as_of + DAY)
        period = self.period_of(limit, kpi.frequency)
        while period[1] > limit:
            period = self.period_of(period[0] - DAY, kpi.frequency)
        return [period]

    # §3 Rollup of actuals

    @cached_property
    def reported(self) -> dict[str, dict[date, list[Row]]]:
        """The actuals of each KPI by the start of their native period."""
        found: dict[str, dict[date, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in self.rows:
            found[row.kpi][row.start].append(row)
        return found

    def has_actual(self, kpi: Kpi, period: Days) -> bool:
        """§2: periods that start after as of do not exist for actuals. §3: a calculated KPI has an actual in
        those of its native periods in which every input has one."""
        if period[0] > self.as_of:
            return False
        if kpi.formula is None:
            return bool(self.reported[kpi.code].get(period[0]))
        return all(
            any(self.has_actual(self.catalogue.kpi(one.code), inner) for inner in self.inside(one, [period]))
            for one in parse_formula(kpi.formula).inputs
        )

    def inside(self, one: Input, periods: list[Days]) -> list[Days]:
        """§3: an input's native periods belong to the formula's as they would to a window; `year_ago` is
        that input over the same periods twelve months earlier."""
        frequency = self.catalogue.kpi(one.code).frequency
        if one.year_ago:
            periods = [(months_later(start, -12), months_later(end, -12)) for start, end in periods]
        return [inner for period in periods for inner in self.periods_in(period, frequency)]

    def rollup(self, kpi: Kpi, periods: list[Days]) -> Fraction | None:
        """§3: all segments × native periods, by the KPI's aggregation. Nothing reported gives no value."""
        periods = [period for period in periods if self.has_actual(kpi, period)]
        if not periods:
            return None
        if kpi.formula is not None:
            return self.calculated(kpi, periods)
        rows = [row for period in periods for row in self.reported[kpi.code][period[0]]]
        if kpi.aggregation == "ratio":
            return self.ratio(kpi, rows)
        if kpi.aggregation == "last":
            rows = self.reported[kpi.code][max(period[0] for period in periods)]
        values = [exact(row.value) for row in rows if row.value is not None]
        return aggregated(kpi.aggregation, values)

    def ratio(self, kpi: Kpi, rows: list[Row]) -> Fraction | None:
        """§3: scale × Σ numerator ÷ Σ denominator; scale 100 for unit percent, else 1; Σ denominator = 0 is
        missing."""
        above = sum(exact(row.numerator) for row in rows if row.numerator is not None)
        below = sum(exact(row.denominator) for row in rows if row.denominator is not None)
        return None if below == 0 else (100 if kpi.unit == "percent" else 1) * Fraction(above) / below

    def calculated(self, kpi: Kpi, periods: list[Days]) -> Fraction | None:
        """§3: a calculated KPI is evaluated on inputs rolled up over all of those periods together; division
        by zero is missing."""
        formula = parse_formula(str(kpi.formula))
        values: dict[Input, float] = {}
        for one in formula.inputs:
            value = self.rollup(self.catalogue.kpi(one.code), self.inside(one, periods))
            if value is None:
                return None
            values[one] = float(value)
        answer = formula.evaluate(values)
        return None if math.isnan(answer) else exact(answer)

    # §4 Targets

    def target(self, kpi: Kpi, period: Days) -> Goal | None:
        """§4: the target of one native period P, first that applies."""
        key = kpi.code, period
        if key not in self.remembered:
            self.remembered[key] = (
                self.own(kpi, period)
                or self.on_trajectory(kpi, period)
                or self.from_coarser(kpi, period)
                or self.from_finer(kpi, period)
            )
        return self.remembered[key]

    def given(self, kpi: Kpi) -> list[PeriodTarget]:
        return [target for target in kpi.targets if isinstance(target, PeriodTarget)]

    def own(self, kpi: Kpi, period: Days) -> Goal | None:
        """§4.1: a target given for P itself."""
        for target in self.given(kpi):
            if target.period.frequency == kpi.frequency and target.period.start == period[0]:
                return times(target, Fraction(1))
        return None

    def on_trajectory(self, kpi: Kpi, period: Days) -> Goal | None:
        """§4.2: a trajectory that has begun by P's last day: straight line by days between the two days, read
        at P's last day; after the due day the target value holds; of several the one that began last."""
        last_day = period[1] - DAY
        begun = [one for one in kpi.targets if isinstance(one, Trajectory) and one.begins <= last_day]
        if not begun:
            return None
        chosen = max(begun, key=lambda one: one.begins)
        baseline, value = exact(chosen.baseline), exact(chosen.value)
        if last_day < chosen.due:
            way = Fraction((last_day - chosen.begins).days, (chosen.due - chosen.begins).days)
            value = baseline + (value - baseline) * way
        return Goal(value=value, baseline=baseline)

    def from_coarser(self, kpi: Kpi, period: Days) -> Goal | None:
        """§4.3: a coarser period target that covers P, the finest there is: `sum` KPIs take days(P) ÷
        days(coarser) of it; all others take it whole."""
        for frequency in ORDER[ORDER.index(kpi.frequency) + 1 :]:
            coarser = self.period_of(anchor(period, kpi.frequency), frequency)
            for target in self.given(kpi):
                if target.period.frequency == frequency and target.period.start == coarser[0]:
                    if kpi.aggregation != "sum":
                        return times(target, Fraction(1))
                    return times(target, self.share(kpi, period, coarser, target.phasing))
        return None

    def share(self, kpi: Kpi, period: Days, coarser: Days, phasing: str | None) -> Fraction:
        """§4.3: with `phasing: last_year` (monthly and quarterly `sum` KPIs) the share is that of the same
        period a year earlier in last year's actuals of the coarser period, where all of those are there;
        otherwise by days."""
        if phasing == "last_year" and kpi.frequency in ("monthly", "quarterly"):
            last_year = (months_later(coarser[0], -12), months_later(coarser[1], -12))
            actuals = {
                inner[0]: self.rollup(kpi, [inner]) for inner in self.periods_in(last_year, kpi.frequency)
            }
            if all(actual is not None for actual in actuals.values()) and sum(actuals.values()) != 0:
                return actuals[months_later(period[0], -12)] / sum(actuals.values())
        return Fraction(days(period), days(coarser))

    def from_finer(self, kpi: Kpi, period: Days) -> Goal | None:
        """§4.4: finer targets (all of one frequency, weeks excepted) that fill P completely."""
        for frequency in reversed(ORDER[: ORDER.index(kpi.frequency)]):
            if frequency == "weekly":
                continue
            given = {
                target.period.start: times(target, Fraction(1))
                for target in self.given(kpi)
                if target.period.frequency == frequency
            }
            parts = [given.get(inner[0]) for inner in self.periods_in(period, frequency)]
            if all(part is not None for part in parts):
                return self.together(kpi, parts)
        return None

    def together(self, kpi: Kpi, goals: list[Goal]) -> Goal:
        """§4: Σ for `sum`; mean for `mean`, `ratio` and formulas; the last one for `last`, `min`, `max`. For
        `maintain`, low and high are each treated this way."""
        columns = {}
        for name in ("value", "low", "high", "baseline"):
            numbers = [getattr(goal, name) for goal in goals]
            if any(number is None for number in numbers):
                columns[name] = None
            elif kpi.aggregation == "sum":
                columns[name] = sum(numbers, Fraction(0))
            elif kpi.aggregation in ("mean", "ratio") or kpi.formula is not None:
                columns[name] = sum(numbers, Fraction(0)) / len(numbers)
            else:
                columns[name] = numbers[-1]
        return Goal(**columns)

    def full_target(self, kpi: Kpi) -> Goal:
        """§4: over all native periods of the window, missing if any has none."""
        goals = [self.target(kpi, period) for period in self.native_periods(kpi)]
        if not goals or any(goal is None for goal in goals):
            return Goal()
        return self.together(kpi, goals)

    def target_to_date(self, kpi: Kpi, compared: list[Days]) -> Goal:
        """§4: over the compared periods only. For `sum` KPIs a compared period that is still running on as of
        counts for the elapsed part."""
        if not compared:
            return Goal()
        goals = []
        for period in compared:
            goal = self.target(kpi, period)
            if kpi.aggregation == "sum":
                goal = times(goal, self.elapsed(kpi, period))
            goals.append(goal)
        return self.together(kpi, goals)

    def elapsed(self, kpi: Kpi, period: Days) -> Fraction:
        """§4: the elapsed part, both ends included: by days (`pace: linear`) or by working days, Monday to
        Friday less the holidays of `company.holidays` (`pace: workdays`; by days where the period has
        none)."""
        if self.as_of >= period[1]:
            return Fraction(1)
        gone = (period[0], self.as_of + DAY)
        if kpi.pace == "workdays" and self.working_days(period) > 0:
            return Fraction(self.working_days(gone), self.working_days(period))
        return Fraction(days(gone), days(period))

    def working_days(self, period: Days) -> int:
        every = [period[0] + count * DAY for count in range(days(period))]
        return sum(day.isoweekday() <= 5 and day not in self.holidays for day in every)

    # §5 Compare like with like, §6 Attainment, status, score

    def kpi(self, kpi: Kpi) -> dict[str, object]:
        """§5: A = native periods of the window that have an actual; C = those of A that have a target."""
        native = self.native_periods(kpi)
        reported = [period for period in native if self.has_actual(kpi, period)]
        compared = [period for period in reported if self.target(kpi, period)]
        actual, compared_actual = self.rollup(kpi, reported), self.rollup(kpi, compared)
        to_date = self.target_to_date(kpi, compared)
        variance = attainment = None
        if compared_actual is not None:
            variance = self.variance(kpi, compared_actual, to_date)
            attainment = self.attainment(kpi, compared_actual, to_date)
        status = self.status(kpi, native, actual, variance, attainment)
        return {
            "code": kpi.code,
            "kra": kpi.kra,
            "actual": actual,
            "compared_actual": compared_actual,
            "target_to_date": to_date.value,
            "target_to_date_low": to_date.low,
            "target_to_date_high": to_date.high,
            "baseline_to_date": to_date.baseline,
            "target": self.full_target(kpi).value,
            "variance": variance,
            "attainment": attainment,
            "score": score(status, attainment),
            "status": status,
            "periods": len(reported),
            "compared_periods": len(compared),
            "last_period": reported[-1][0].isoformat() if reported else None,
        }

    def variance(self, kpi: Kpi, a: Fraction, to_date: Goal) -> Fraction:
        """§6: a − t; t − a; 0 inside [low, high], else −distance to the nearer bound."""
        if kpi.direction == "increase":
            return a - to_date.value
        if kpi.direction == "decrease":
            return to_date.value - a
        if to_date.low <= a <= to_date.high:
            return Fraction(0)
        return -min(abs(a - to_date.low), abs(a - to_date.high))

    def attainment(self, kpi: Kpi, a: Fraction, to_date: Goal) -> Fraction | None:
        """§6: the table. Attainment is rounded to 9 places before any comparison."""
        t, b, low, high = to_date.value, to_date.baseline, to_date.low, to_date.high
        found = None
        if kpi.direction == "maintain":
            if low <= a <= high:
                found = Fraction(1)
            elif a < low and low > 0:
                found = a / low
            elif a > high and high > 0:
                found = 2 - a / high
        elif b is not None:
            # "the last column holds when the targets of all compared periods came from a trajectory"
            if (t > b) if kpi.direction == "increase" else (t < b):
                found = (a - b) / (t - b)
        elif t > 0:
            found = a / t if kpi.direction == "increase" else 2 - a / t
        return None if found is None else round(found, 9)

    def status(
        self,
        kpi: Kpi,
        native: list[Days],
        actual: Fraction | None,
        variance: Fraction | None,
        attainment: Fraction | None,
    ) -> str:
        """§6: status, first that applies. Where attainment is missing the sign of the variance decides."""
        if actual is None:
            return "no_data"
        due = [period for period in native if period[1] + kpi.grace_days * DAY <= self.as_of]
        if due and not self.has_actual(kpi, due[-1]):
            return "stale"
        if variance is None:
            return "no_target"
        if attainment is None:
            return "on_target" if variance >= 0 else "off_target"
        if attainment >= exact(kpi.on_target):
            return "on_target"
        return "at_risk" if attainment >= exact(kpi.at_risk) else "off_target"

    def scorecard(self) -> dict[str, object]:
        """The fields of `scorecard --json`, numbers as floats."""
        kpis = {kpi.code: self.kpi(kpi) for kpi in self.catalogue.kpis}
        kras = {kra.code: self.kra(kra, kpis) for kra in self.catalogue.kras}
        departments: dict[str, dict[str, object]] = {}
        for department in self.catalogue.departments:
            self.department(department, kras, departments)
        tops = [one for one in self.catalogue.departments if one.parent is None]
        company = weighed([(exact(one.weight), departments[one.code]["score"]) for one in tops])
        hidden = [
            code
            for code, row in kpis.items()
            if row["status"] == "off_target" and kras[row["kra"]]["status"] == "on_target"
        ]
        return {
            "company": floats(company),
            "departments": [floats(departments[one.code]) for one in self.catalogue.departments],
            "kras": [floats(row) for row in kras.values()],
            "kpis": [floats(row) for row in kpis.values()],
            "hidden_reds": sorted(hidden),
        }

    def kra(self, kra: Kra, kpis: dict[str, dict[str, object]]) -> dict[str, object]:
        """§6: KRA score = Σ w·s ÷ Σ w over its scored KPIs."""
        own = [kpi for kpi in self.catalogue.kpis if kpi.kra == kra.code]
        pairs = [(exact(kpi.weight), kpis[kpi.code]["score"]) for kpi in own]
        return {"code": kra.code, "department": kra.department, **weighed(pairs)}

    def department(
        self,
        department: Department,
        kras: dict[str, dict[str, object]],
        departments: dict[str, dict[str, object]],
    ) -> None:
        """§6: department score = the same over its own KRAs and its child departments."""
        if department.code in departments:
            return
        pairs = [
            (exact(kra.weight), kras[kra.code]["score"])
            for kra in self.catalogue.kras
            if kra.department == department.code
        ]
        for child in self.catalogue.departments:
            if child.parent == department.code:
                self.department(child, kras, departments)
                pairs.append((exact(child.weight), departments[child.code]["score"]))
        departments[department.code] = {
            "code": department.code,
            "parent": department.parent,
            **weighed(pairs),
        }


def aggregated(aggregation: str, values: list[Fraction]) -> Fraction | None:
    """§3: Σ value; mean of all values, unweighted; least, greatest value; Σ over segments for `last`."""
    if not values:
        return None
    if aggregation == "mean":
        return sum(values, Fraction(0)) / len(values)
    if aggregation == "min":
        return min(values)
    if aggregation == "max":
        return max(values)
    return sum(values, Fraction(0))


def times(goal: PeriodTarget | Goal, share: Fraction) -> Goal:
    """A share of a target, bounds and baseline alike (§6: b is rolled up and prorated as t is)."""
    baseline = goal.baseline if isinstance(goal, Goal) else None
    numbers = (goal.value, goal.low, goal.high, baseline)
    return Goal(*(None if number is None else exact(number) * share for number in numbers))


def score(status: str, attainment: Fraction | None) -> Fraction | None:
    """§6: 100 × attainment clipped to [0, 1.2]; 100 or 0 where only the sign decides; none for `no_data`,
    `stale`, `no_target`."""
    if status in ("no_data", "stale", "no_target"):
        return None
    if attainment is None:
        return Fraction(100 if status == "on_target" else 0)
    return 100 * min(max(attainment, Fraction(0)), Fraction(12, 10))


def weighed(pairs: list[tuple[Fraction, Fraction | None]]) -> dict[str, object]:
    """§6: Σ w·s ÷ Σ w over the scored; coverage = Σ w of scored ÷ Σ w of all. With coverage < 0.5 there is no
    rolled-up score and the status is `no_data`; else on target ≥ 100, at risk ≥ 90, off target below (scores
    rounded to 9 places first)."""
    scored = [(weight, one) for weight, one in pairs if one is not None]
    everything = sum(weight for weight, _ in pairs)
    coverage = Fraction(sum(weight for weight, _ in scored)) / everything if everything else Fraction(0)
    if coverage < Fraction(1, 2):
        return {"score": None, "status": "no_data", "coverage": coverage}
    found = sum(weight * one for weight, one in scored) / sum(weight for weight, _ in scored)
    rounded = round(found, 9)
    status = "on_target" if rounded >= 100 else "at_risk" if rounded >= 90 else "off_target"
    return {"score": found, "status": status, "coverage": coverage}


def floats(row: dict[str, object]) -> dict[str, object]:
    return {name: float(cell) if isinstance(cell, Fraction) else cell for name, cell in row.items()}
