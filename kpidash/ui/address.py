"""What is being looked at, kept in the address: the same link shows the same thing to another person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from kpidash.charts.theme import STATUS
from kpidash.domain.period import Frequency, period_containing

WINDOWS = {"month": "Month", "quarter": "Quarter", "ytd": "Year to date", "r12": "12 months"}
LEVELS = ("strategic", "operational", "all")
INDICATORS = ("leading", "lagging")


PAGES = {
    "": ("overview/company.py", "Company"),
    "department": ("overview/department.py", "Department"),
    "compare": ("overview/compare.py", "Compare departments"),
    "kpi": ("overview/kpi.py", "KPI"),
    "scorecard": ("overview/scorecard.py", "Scorecard"),
    "mine": ("overview/mine.py", "My KPIs"),
    "health": ("data/health.py", "Data health"),
    "tv": ("overview/kiosk.py", "TV"),
    "upload": ("data/upload.py", "Upload"),
    "uploads": ("data/history.py", "Uploads"),
    "catalogue": ("admin/catalogue.py", "Definitions"),
    "periods": ("admin/periods.py", "Closed periods"),
    "people": ("admin/people.py", "People"),
    "audit": ("admin/audit.py", "Audit trail"),
    "account": ("account/account.py", "My account"),
    "gallery": ("admin/gallery.py", "Design system"),
}
"""Each screen by its address: its script below pages/ and its title."""

NARROW = frozenset({"department", "compare", "kpi", "scorecard", "mine", "health"})
"""Screens that show nothing but KPIs in scope; the others show what every change can move."""


@dataclass(frozen=True)
class View:
    """Window (a key of WINDOWS or a label like 2026-09), day (None: today), level (None: as the page likes),
    leading or lagging (None: both), the status to filter by, the code of the department or KPI, the period
    whose point is looked into, the dimension `by` which it is broken down, the `segment` of it, and the codes
    of `others` to compare.
    """

    window: str = "month"
    as_of: date | None = None
    level: str | None = None
    status: str | None = None
    code: str | None = None
    point: str | None = None
    indicator: str | None = None
    by: str | None = None
    segment: str | None = None
    others: tuple[str, ...] = ()

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "View":
        """What the address asks for; what makes no sense in it is left out."""
        level, status = parameters.get("level"), parameters.get("status")
        indicator = parameters.get("indicator")
        return cls(
            window=parameters.get("window") or "month",
            as_of=_day(parameters.get("as_of")),
            level=level if level in LEVELS else None,
            status=status if status in STATUS else None,
            code=parameters.get("code"),
            point=parameters.get("point") or None,
            indicator=indicator if indicator in INDICATORS else None,
            by=parameters.get("by") or None,
            segment=parameters.get("segment") or None,
            others=tuple(code for code in parameters.get("others", "").split(",") if code),
        )

    def label(self, as_of: date, fiscal_year_start: int) -> str:
        """The window as services and RULES.md name it: 2026-10, 2026-Q3, ytd, r12."""
        frequency = {"month": Frequency.MONTHLY, "quarter": Frequency.QUARTERLY}.get(self.window)
        if frequency is None:
            return self.window
        return period_containing(as_of, frequency, fiscal_year_start).label(fiscal_year_start)

    def link(
        self, page: str, code: str | None = None, *, asked: Mapping[str, str | None] | None = None
    ) -> str:
        """The address of another page in the same window, on the same day; `asked` is what else it asks for.

        What is None or empty in `asked` is left out.
        """
        plain = View(self.window, self.as_of, code=code)._address(page)
        more = urlencode({name: text for name, text in (asked or {}).items() if text})
        return f"{plain}{'&' if '?' in plain else '?'}{more}" if more else plain

    def here(self, page: str, **changes: Any) -> str:
        """The address of this page with other fields."""
        return replace(self, **changes)._address(page)

    def _address(self, page: str) -> str:
        asked = {
            "code": self.code,
            "window": None if self.window == "month" else self.window,
            "as_of": self.as_of and self.as_of.isoformat(),
            "level": self.level,
            "status": self.status,
            "point": self.point,
            "indicator": self.indicator,
            "by": self.by,
            "segment": self.segment,
            "others": ",".join(self.others),
        }
        query = urlencode(
            {name: value for name, value in asked.items() if value or (name == "segment" and value == "")}
        )
        return f"/{page}?{query}" if query else f"/{page}"


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year >= 1970 else None
