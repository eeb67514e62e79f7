"""The address holds what is being looked at."""

from datetime import date

from kpidash.ui.address import View


def test_an_address_gives_back_the_view_that_made_it():
    view = View(window="ytd", as_of=date(2026, 9, 30), level="strategic", status="stale", code="sales")
    assert view.here("department") == (
        "/department?code=sales&window=ytd&as_of=2026-09-30&level=strategic&status=stale"
    )


def test_usual_choices_are_left_out_of_the_address():
    assert View().link("") == "/"
    assert View().link("kpi", "sales-revenue") == "/kpi?code=sales-revenue"


def test_a_link_to_another_page_keeps_window_and_day_and_drops_the_filter():
    view = View(window="quarter", as_of=date(2026, 9, 30), status="stale", level="all")
    assert view.link("kpi", "aht") == "/kpi?code=aht&window=quarter&as_of=2026-09-30"


def test_what_makes_no_sense_in_an_address_is_ignored():
    view = View.of({"as_of": "31.12.2026", "level": "secret", "status": "purple", "code": "a&b=<c>"})
    assert view == View(code="a&b=<c>")
    assert view.here("kpi") == "/kpi?code=a%26b%3D%3Cc%3E"


def test_windows_get_the_label_of_the_fiscal_calendar():
    day = date(2026, 11, 23)
    assert View(window="month").label(day, 4) == "2026-11"
    assert View(window="quarter").label(day, 4) == "2026-Q3"
    assert View(window="ytd").label(day, 4) == "ytd"
    assert View(window="FY2025").label(day, 4) == "FY2025"


def test_the_point_that_is_looked_into_stays_with_its_page_only():
    view = View.of({"code": "cost", "point": "2026-09"})
    assert view.here("kpi", window="ytd") == "/kpi?code=cost&window=ytd&point=2026-09"
    assert view.link("kpi", "revenue") == "/kpi?code=revenue"


def test_what_else_a_page_is_asked_for_stands_behind_window_and_day():
    assert View().link("people", asked={"find": "a b", "state": None}) == "/people?find=a+b"
    assert View(window="ytd").link("people", asked={"find": "x"}) == "/people?window=ytd&find=x"
    assert View().link("people", asked={"find": ""}) == "/people"
