"""What is exported reads back to the same catalogue, and looks like the documented file."""

from datetime import date

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpidash.domain.catalogue import Catalogue
from kpidash.ingest.definitions import read_definitions, write_definitions
from tests.ingest.catalogues import catalogues

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

WRITTEN = """\
company:
  name: Meridian Services
  currency: INR
  locale: en_IN
  timezone: Asia/Kolkata
  fiscal_year_start: 4
  holidays: IN
departments:
- {code: sales, name: Sales, head: sales.head@example.com}
kras:
- {code: market-share, department: sales, name: Expand market share, weight: 2.5, horizon: 2028-03-31}
kpis:
- code: sales-revenue
  kra: market-share
  name: Sales revenue
  unit: currency
  direction: increase
  frequency: monthly
  aggregation: sum
  dimensions: [region]
  targets:
  - {period: 2026-10, value: 5000000}
  - {period: FY2026, value: 60000000, phasing: last_year}
  - {baseline: 100, from: 2026-04-01, change: -5%, due: 2026-09-30}
  - {baseline: 100, from: 2026-05-01, value: 97.5, due: 2026-09-30}
  benchmarks:
  - {name: Industry median, value: 4200000, source: Annual survey 2025}
"""


def test_an_export_has_the_documented_keys_in_their_order_and_no_defaults() -> None:
    catalogue = read_definitions(WRITTEN, Catalogue.empty()).catalogue
    assert catalogue is not None
    # Targets come in order of time: the year begins before its October.
    expected = WRITTEN.replace("  - {period: 2026-10, value: 5000000}\n", "")
    expected = expected.replace(
        "phasing: last_year}\n", "phasing: last_year}\n  - {period: 2026-10, value: 5000000}\n"
    )
    assert write_definitions(catalogue) == expected


def test_other_readers_of_yaml_get_texts_as_texts_and_numbers_as_numbers() -> None:
    text = WRITTEN.replace("holidays: IN", "holidays: NO").replace("name: Sales,", "name: '007',")
    catalogue = read_definitions(text.replace("97.5", "1e300"), Catalogue.empty()).catalogue
    assert catalogue is not None
    read = yaml.safe_load(write_definitions(catalogue))
    assert read["company"]["holidays"] == "NO"
    assert read["departments"][0]["name"] == "007"
    assert read["kras"][0]["horizon"] == date(2028, 3, 31)
    assert read["kpis"][0]["targets"][3]["value"] == 1e300


def test_an_empty_catalogue_is_written_as_its_company() -> None:
    written = write_definitions(Catalogue.empty())
    assert yaml.safe_load(written)["company"]["fiscal_year_start"] == 1
    assert read_definitions(written, Catalogue.empty()).catalogue == Catalogue.empty()


@patient
@given(catalogues())
def test_an_export_reads_back_to_the_same_catalogue_and_exports_the_same(catalogue: Catalogue) -> None:
    written = write_definitions(catalogue)
    for stored, prune in [(Catalogue.empty(), False), (catalogue, False), (catalogue, True)]:
        read = read_definitions(written, stored, prune=prune)
        assert read.problems == ()
        assert read.catalogue == catalogue
    assert write_definitions(catalogue) == written


@patient
@given(catalogues(), catalogues())
def test_pruning_by_an_export_replaces_whatever_was_stored(catalogue: Catalogue, stored: Catalogue) -> None:
    read = read_definitions(write_definitions(catalogue), stored, prune=True)
    assert read.catalogue == catalogue


@patient
@given(catalogues(), catalogues())
def test_applying_a_file_twice_changes_nothing_more(first: Catalogue, second: Catalogue) -> None:
    written = write_definitions(second)
    once = read_definitions(written, first)
    if once.catalogue is not None:
        assert read_definitions(written, once.catalogue).catalogue == once.catalogue
    assert (once.catalogue is None) == bool(once.problems)


@patient
@given(catalogues(), st.data())
def test_a_damaged_file_gives_a_catalogue_or_sentences_with_places(
    catalogue: Catalogue, data: st.DataObject
) -> None:
    lines = write_definitions(catalogue).splitlines()
    damaged = lines.copy()
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        change = data.draw(st.sampled_from(["drop", "repeat", "cut", "swap", "null"]))
        line = damaged[place]
        if change == "drop":
            damaged[place] = ""
        elif change == "repeat":
            damaged.insert(place, line)
        elif change == "cut":
            damaged[place] = line[: data.draw(st.integers(0, len(line)))]
        elif change == "swap":
            damaged[place] = data.draw(st.sampled_from(lines))
        else:
            damaged[place] = line.split(":")[0] + ": null"
    read = read_definitions("\n".join(damaged), catalogue)
    assert (read.catalogue is None) == bool(read.problems)
    assert all(problem.message for problem in read.problems)


@pytest.mark.parametrize("change", ["-5%", "7.5%", "0%", "-0.1%", "1250%"])
def test_a_relative_change_is_exported_as_it_was_given(change: str) -> None:
    catalogue = read_definitions(WRITTEN.replace("-5%", change), Catalogue.empty()).catalogue
    assert catalogue is not None
    assert f"change: {change}," in write_definitions(catalogue)
