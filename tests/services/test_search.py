"""What can be found, and what stands beside it."""

from kpidash.domain.catalogue import Aggregation, Catalogue, Company, Department, Direction, Kpi, Kra, Unit
from kpidash.domain.period import Frequency
from kpidash.services.search import Entry, entries


def kpi(code: str, owner: str | None = None) -> Kpi:
    """A monthly KPI that adds up."""
    return Kpi(
        code=code,
        kra="growth",
        name=code.capitalize(),
        unit=Unit.NUMBER,
        direction=Direction.INCREASE,
        frequency=Frequency.MONTHLY,
        aggregation=Aggregation.SUM,
        owner=owner,
    )


CATALOGUE = Catalogue(
    company=Company(name="Small"),
    departments=(
        Department(code="sales", name="Sales"),
        Department(code="north", name="North", parent="sales"),
    ),
    kras=(Kra(code="growth", department="north", name="Growth", owner="ann@example.com"),),
    kpis=(kpi("orders", "Ann@example.com"), kpi("visits", "ann@example.com"), kpi("calls")),
)


def test_departments_kras_kpis_and_owners_are_found_with_their_places():
    found = entries(CATALOGUE, lambda email: email.partition("@")[0].capitalize())
    assert found[1] == Entry("department", "north", "North", "Sales")
    assert found[2] == Entry("kra", "growth", "Growth", "North", "Ann")
    assert found[3] == Entry("kpi", "orders", "Orders", "North · Growth", "Ann")


def test_an_owner_is_one_entry_whatever_the_case_of_the_address():
    owners = [one for one in entries(CATALOGUE, str) if one.kind == "owner"]
    assert owners == [Entry("owner", "ann@example.com", "ann@example.com", "2 KPIs")]
