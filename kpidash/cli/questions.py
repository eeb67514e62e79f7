"""Commands that ask: scorecard, kpi, verify."""

from datetime import datetime

import click

from kpidash.cli.running import DAY
from kpidash.cli.session import Session, with_session
from kpidash.cli.tables import table
from kpidash.services.asked import moment_of
from kpidash.services.errors import WrongQuestion

WINDOW_HELP = "2026-10, 2026-Q3, FY2026, ytd or r12. Default: the month of the day."
AS_OF_HELP = "The day from which to look. Default: today."


class Moment(click.ParamType[datetime]):
    """A time: ISO 8601, in UTC unless it says otherwise; a day means its end."""

    name = "timestamp"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time as UTC."""
        try:
            return moment_of(str(value))
        except WrongQuestion as problem:
            self.fail(str(problem), param, ctx)


@click.command()
@click.option("--window", metavar="W", help=WINDOW_HELP)
@click.option("--as-of", type=DAY, help=AS_OF_HELP)
@click.option("--department", metavar="CODE", help="Only this department and what is below it.")
@click.option("--known-at", type=Moment(), help="From the numbers as they were known at this time.")
@with_session
def scorecard(
    session: Session,
    window: str | None,
    as_of: datetime | None,
    department: str | None,
    known_at: datetime | None,
) -> None:
    """The whole scored tree: company, departments, KRAs, KPIs.

    \b
    Example: kpidash scorecard --window ytd --as-of 2026-10-15 --json
    """
    from kpidash.services import scorecards

    card = scorecards.scorecard(
        session.database, session.scope, window=window, as_of=as_of.date() if as_of else None,
        department=department, known_at=known_at,
    )  # fmt: skip
    document = scorecards.as_json(card)
    company = document["company"]
    score = "no score" if company["score"] is None else f"{company['score']:.1f}"
    shown = ("code", "kra", "actual", "target_to_date", "variance", "attainment", "score", "status")
    text = (
        f"{document['window']['label']} as of {document['as_of']}: company {score} ({company['status']}), "
        f"coverage {company['coverage']:.0%}\n\n"
        + table(document["departments"], ("code", "score", "status", "coverage"))
        + "\n\n" + table(document["kras"], ("code", "department", "score", "status", "coverage"))
        + "\n\n" + table(document["kpis"], shown)
    )  # fmt: skip
    if document["hidden_reds"]:
        text += "\n\nOff target under a KRA that is on target: " + ", ".join(document["hidden_reds"])
    session.answer(document, text)


@click.command()
@click.argument("code")
@click.option("--window", metavar="W", help=WINDOW_HELP)
@click.option("--as-of", type=DAY, help=AS_OF_HELP)
@click.option("--by", metavar="DIMENSION", help="Also by each value of this dimension.")
@with_session
def kpi(session: Session, code: str, window: str | None, as_of: datetime | None, by: str | None) -> None:
    """One KPI: its series, targets and segments.

    \b
    Example: kpidash kpi sales-revenue --window ytd --by region
    """
    from kpidash.services import kpis

    detail = kpis.detail(
        session.database, session.scope, code, window=window, as_of=as_of.date() if as_of else None, by=by
    )
    document = kpis.as_json(detail)
    judged = document["kpi"]
    text = (
        f"{document['name']} ({code}), {document['window']['label']} as of {document['as_of']}: "
        f"{judged['status']}\n\n"
    )
    text += table(document["series"], ("period", "actual", "target", "variance", "attainment", "status"))
    if document["segments"]:
        text += "\n\n" + table(document["segments"], ("dimension", "segment", "actual", "share", "periods"))
    session.answer(document, text)


@click.command()
@click.option("--head", metavar="HEAD", help="What `kpidash audit head` wrote, or a file with it.")
@with_session
def verify(session: Session, head: str | None) -> None:
    """Recompute the rollups from the actuals and check the audit trail.

    Whoever can write to the database can write a whole new trail; only a head that was kept elsewhere tells.

    \b
    Example: kpidash verify --head heads.txt
    """
    from kpidash.cli.audit import kept
    from kpidash.services.verification import verify as check

    report = check(session.database, session.scope, kept=kept(head))
    session.answer(report.as_json(), report.in_words(), refused=bool(report.differences))
