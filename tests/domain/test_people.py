"""Addresses and names."""

import pytest

from kpidash.domain.people import address_of, name_of


def test_addresses_are_kept_in_lower_case_without_spaces_around():
    assert address_of(" Asha.Rao+kpi@Example.COM ") == "asha.rao+kpi@example.com"
    assert address_of("root@localhost") == "root@localhost"


@pytest.mark.parametrize(
    "text", ["", "asha", "a@b@c", "a b@c", "a@", "@b", "a@b..c", "a@.b", "<a@b.c>", "a@b\n.c"]
)
def test_what_is_no_address_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="asha@example"):
        address_of(text)


def test_names_keep_single_spaces():
    assert name_of("  Asha \n Rao ") == "Asha Rao"
    with pytest.raises(ValueError, match="1 to 100"):
        name_of("\t")
