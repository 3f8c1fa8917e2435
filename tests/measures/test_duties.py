"""The calendar of duties: every date has a source, what is not known says so, nothing is borrowed across schemes."""

from __future__ import annotations

from datetime import date

import pytest

from ita_analysis.framework import loader
from ita_analysis.measures import duties
from ita_analysis.thai.dates import fiscal_year_end, fiscal_year_start


def by_key(scheme, year):
    return {one.key: one for one in duties.calendar(scheme, year)}


def test_every_fact_names_a_source_a_known_scheme_and_something_expected():
    data = duties.duties()
    expected = {(one.key, scheme) for one in data.expected for scheme in one.schemes}
    for event in data.event:
        assert event.source in data.sources and (event.key, event.scheme) in expected and (event.first or event.last)
        assert event.begins is None or event.ends is None or event.begins <= event.ends
        assert event.scheme in loader.known_schemes()
    assert len({(one.scheme, one.year, one.key) for one in data.event}) == len(data.event)
    assert {one["source"] for one in data.duty_years.values()} <= set(data.sources)


@pytest.mark.parametrize("scheme", ["national", "bangkok-district", "demo", "police-station"])
@pytest.mark.parametrize("year", range(2562, 2571))
def test_the_rounds_of_every_year_are_known_and_the_year_stands_in_order(scheme, year):
    found = duties.calendar(scheme, year)
    rounds = {one.key: one.ends for one in found if one.key.startswith("round")}
    assert rounds == {"round_1": date(year - 543, 3, 31), "round_2": fiscal_year_end(year)}
    assert all(one.when_th and (one.source != "") == one.is_known for one in found)
    days = [one.begins or one.ends for one in found if one.is_known]
    assert days == sorted(days) and days[0] >= fiscal_year_start(year)


def test_what_is_not_known_says_so_with_the_last_date_known():
    found = by_key("bangkok-district", 2568)
    assert not found["results"].is_known and found["results"].confidence == "unknown"
    assert found["results"].when_th == "ไม่ทราบวันของปี 2568 · ครั้งล่าสุดที่ทราบ: 5 ก.ย. 2566 (ปี 2566)"
    assert found["oit_entry"].when_th == "ไม่ทราบวันของปี 2568 · ยังไม่เคยพบวันที่"


def test_schemes_do_not_lend_each_other_dates():
    assert by_key("national", 2565)["oit_entry"].is_known and not by_key("bangkok-district", 2565)["oit_entry"].is_known
    assert by_key("national", 2566)["results"].begins != by_key("bangkok-district", 2566)["results"].begins


def test_dates_are_said_as_they_are_known():
    assert by_key("national", 2565)["oit_entry"].when_th == "1 มี.ค. 2565 ถึง 30 เม.ย. 2565"
    assert by_key("national", 2564)["registration"].when_th == "ก.พ. 2564 ถึง มี.ค. 2564"
    assert by_key("national", 2564)["registration"].ends == date(2021, 3, 31)
    assert by_key("national", 2562)["survey"].when_th == "ถึง 15 มิ.ย. 2562"


def test_document_duties_have_codes_of_their_year_only():
    found = {one.key: one for one in duties.documents("national-2565")}
    assert found["measures"].codes == ("O42",) and found["measures_report"].codes == ("O43",)
    assert found["measures"].confidence == "verified"
    later = {one.key: one.codes for one in duties.documents("national-2569")}
    assert later["measures"] == ("O25",) and "plan_6_months" not in later
    assert duties.documents("bangkok-district-2566") is None and duties.documents("national-2567") is None


@pytest.mark.parametrize("year", [2565, 2566, 2568, 2569])
def test_the_codes_of_the_duties_are_those_of_the_rule_file(year):
    rules = loader.load(f"national-{year}")
    for duty in duties.documents(f"national-{year}"):
        for code in duty.codes:
            assert code in rules.item, (year, duty.key, code)
