from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ita_analysis.errors import InputError
from ita_analysis.thai.dates import (
    fiscal_year_be,
    fiscal_year_end,
    fiscal_year_start,
    parse_iso,
    round_end,
    thai_date,
    thai_date_long,
    year_be,
)

DAYS = st.dates(date(1900, 1, 1), date(2150, 12, 31))


def test_a_fiscal_year_begins_in_october_of_the_year_before():
    assert fiscal_year_be(date(2023, 9, 30)) == 2566
    assert fiscal_year_be(date(2023, 10, 1)) == 2567


@given(DAYS)
def test_every_day_lies_between_the_ends_of_its_fiscal_year(day):
    year = fiscal_year_be(day)
    assert fiscal_year_start(year) <= day <= fiscal_year_end(year)


def test_the_rounds_of_measures_end_in_march_and_september():
    assert round_end(2567, 1) == date(2024, 3, 31)
    assert round_end(2567, 2) == date(2024, 9, 30)


def test_a_date_is_written_in_the_buddhist_era():
    assert thai_date(date(2024, 3, 31)) == "31 มี.ค. 2567"
    assert thai_date(date(2025, 12, 8)) == "8 ธ.ค. 2568"
    assert thai_date_long(date(2024, 9, 30)) == "30 กันยายน 2567"


@given(DAYS)
def test_both_eras_name_the_same_day(day):
    assert parse_iso(day.isoformat()) == parse_iso(f"{year_be(day)}-{day:%m-%d}") == day


def test_a_buddhist_leap_day_and_thai_digits_are_read():
    assert parse_iso(" 2567-02-29 ") == parse_iso("๒๕๖๗-๐๒-๒๙") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text", ["", "31/3/2567", "2567-2-9", "2566-02-29", "2567-13-01", "0000-01-01", "2567-03-31T00"]
)
def test_what_is_no_date_is_refused_with_an_example(text):
    with pytest.raises(InputError, match="2567-03-31"):
        parse_iso(text)
