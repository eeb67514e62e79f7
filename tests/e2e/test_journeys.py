"""What the four kinds of people come to do, in a real browser."""

import re
from pathlib import Path

from playwright.sync_api import expect

from kpidash.charts.theme import STATUS
from tests.e2e.conftest import Visit


def test_an_executive_goes_from_the_company_down_to_one_number_and_back(visit: Visit):
    page = visit.page
    visit.open()
    expect(page.locator("h1")).to_have_text("Is Meridian Services on target?")
    page.locator(".heat th a", has_text="Sales").click()
    visit.title("Is Sales on target?")
    page.locator(".rows a", has_text="Sales revenue").click()
    visit.title("Sales revenue")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    page.get_by_role("link", name="Year to date").click()
    expect(page).to_have_url(re.compile(r"/kpi\?code=sales-revenue&window=ytd"))
    expect(page.locator("b.window")).to_have_text(re.compile("to date"))
    page.go_back()
    expect(page.locator("b.window")).not_to_have_text(re.compile("to date"))
    page.go_forward()
    expect(page.locator("b.window")).to_have_text(re.compile("to date"))
    page.go_back()
    expect(page.locator("b.window")).not_to_have_text(re.compile("to date"))
    page.go_back()
    visit.title("Is Sales on target?")
    page.locator(".trail a", has_text="Company").click()
    visit.title("Is Meridian Services on target?")


def test_a_link_shows_another_person_the_same_window_on_the_same_day(visit: Visit):
    visit.open("/department?code=finance&window=quarter&as_of=2026-09-30&level=strategic")
    page = visit.page
    for person in (None, "Arjun Iyer"):
        if person:
            visit.look_as(person)
            expect(page.locator(".side a", has_text="Operations")).to_have_count(0)
        visit.title("Is Finance on target?")
        expect(page.locator("b.window")).to_have_text("Q2 FY2026")
        expect(page.locator(".day input")).to_have_value("2026-09-30")
        expect(page.get_by_role("link", name="Strategic")).to_have_attribute("aria-current", "true")
    visit.look_as("Priya Nair")
    expect(page.locator("h1")).not_to_contain_text("Finance")
    expect(page.locator(".empty")).to_be_visible()


def test_a_status_count_filters_the_cards_and_the_address_keeps_it(visit: Visit):
    visit.open("/?level=all")
    page = visit.page
    page.locator(".count.red").click()
    expect(page).to_have_url(re.compile("status=off_target"))
    expect(page.locator(".card").first).to_be_visible()
    expect(page.locator(".card:not(.red)")).to_have_count(0)
    page.get_by_role("link", name="Show all").click()
    expect(page.locator(".card:not(.red)").first).to_be_visible()


def test_a_department_head_sees_the_own_tree_and_no_other(visit: Visit):
    visit.open()
    visit.look_as("Meera Joshi")
    page = visit.page
    expect(page.locator(".side a", has_text="Human Resources")).to_be_visible()
    expect(page.locator(".side a", has_text="Finance")).to_have_count(0)
    expect(page.locator(".heat tbody tr")).to_have_count(1)


def test_an_analyst_uploads_a_file_and_an_open_screen_follows(visit: Visit, tmp_path: Path):
    page = visit.page
    visit.open("/kpi?code=sales-revenue")
    figure = page.locator(".tiles dd").first
    before = figure.inner_text()
    other = page.context.new_page()
    other.goto(visit.base)
    other.locator("h1").first.wait_for()
    analyst = Visit(other, visit.base)
    analyst.look_as("Divya Menon")
    other.locator(".side a", has_text="Upload").first.click()
    analyst.title("What would this file change?")
    day = page.locator(".day input").input_value()
    file = tmp_path / "sales.csv"
    file.write_text(f"kpi,period,value,region\nsales-revenue,{day},90000000,North\n", encoding="utf-8")
    other.locator("input[type=file]").set_input_files(file)
    other.get_by_role("button", name="Commit 1 value").click()
    expect(other.locator(".outcome h2", has_text="Committed: 1 value in Sales revenue")).to_be_visible()
    expect(figure).not_to_have_text(before)
    expect(figure).to_have_class("fresh")
    other.get_by_role("button", name="Undo this upload").click()
    expect(other.locator(".outcome h2", has_text="Taken back")).to_be_visible()
    expect(figure).to_have_text(before)


def test_an_administrator_without_a_reading_role_gets_a_sentence(visit: Visit):
    visit.open()
    visit.look_as("Ritu Agarwal")
    visit.title("This page is not for your role")


def test_an_unknown_kpi_and_one_of_others_answer_alike(visit: Visit):
    visit.open("/kpi?code=no-such-kpi")
    expect(visit.page.locator("h1")).to_have_text("There is no such KPI for you")
    visit.page.get_by_role("link", name="Back to the company").click()
    visit.title("Is Meridian Services on target?")


def test_the_gallery_shows_every_status_and_no_screen_links_there(visit: Visit):
    visit.open("/gallery")
    page = visit.page
    for status in STATUS.values():
        expect(page.locator(".st-key-gallery .pill", has_text=status.word)).to_be_visible()
    expect(page.locator("a[href*='gallery']")).to_have_count(0)
