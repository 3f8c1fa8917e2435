"""The level of a total: by the rule of its year only, and open where a score that decides is missing."""

from __future__ import annotations

import math

import pytest

from ita_analysis.framework.levels import level_of_total
from ita_analysis.framework.loader import load

HIGH = {"IIT": 96.0, "EIT": 96.0, "OIT": 100.0}


@pytest.mark.parametrize(
    ("total", "level"),
    [
        (100, "AA"),
        (95, "AA"),
        (94.99, "A"),
        (85, "A"),
        (84.99, "B"),
        (75, "B"),
        (65, "C"),
        (55, "D"),
        (50, "E"),
        (0, "F"),
    ],
)
def test_a_total_equal_to_a_limit_reaches_the_level(total: float, level: str) -> None:
    assert level_of_total(load("national-2565"), total).name_th == level


@pytest.mark.parametrize(
    ("total", "instruments", "level"),
    [
        (96.0, HIGH, "ผ่านดีเยี่ยม"),
        (96.0, {**HIGH, "EIT": 94.99}, "ผ่านดี"),
        (
            94.64,
            {**HIGH, "EIT": 84.0},
            "ผ่าน",
        ),  # the case NACC explained for 2568: total 94.64, external survey below 85
        (84.99, HIGH, "ต้องปรับปรุง"),
        (69.99, {}, "ต้องปรับปรุงโดยด่วน"),
    ],
)
@pytest.mark.parametrize("year", [2567, 2568])
def test_from_2567_every_instrument_counts(total: float, instruments: dict[str, float], level: str, year: int) -> None:
    assert level_of_total(load(f"national-{year}"), total, instruments).name_th == level


def test_the_two_printed_cases_of_2566_fit_the_rule_of_that_year() -> None:
    parts = {"IIT": 82.44, "EIT1": 79.40, "EIT2": 82.24, "OIT": 100.0}  # Bangkok: printed ผ่าน
    finding = level_of_total(load("national-2566"), 88.98, parts)
    assert finding.name_th == "ผ่าน"
    assert finding.next_level is not None and finding.next_level.name_th == "ผ่านดี"
    assert finding.missing_to_next == 0
    assert finding.below_next == {"IIT": 2.56, "EIT": 4.18}


@pytest.mark.parametrize(
    ("total", "level"),
    [(95.11, "ผ่านดีเยี่ยม"), (88.33, "ผ่าน"), (92.70, "ผ่าน"), (72.53, "ต้องปรับปรุง"), (69.92, "ต้องปรับปรุงโดยด่วน")],
)
def test_district_offices_of_2566_have_levels_by_total_alone(total: float, level: str) -> None:
    assert level_of_total(load("bangkok-district-2566"), total).name_th == level


def test_a_missing_instrument_leaves_the_level_open_only_where_it_decides() -> None:
    rules = load("national-2567")
    opened = level_of_total(rules, 90.0, {"IIT": 96.0})
    assert opened.level is None and opened.unknown_instruments == ("EIT", "OIT")
    assert "EIT, OIT" in opened.reason_th
    assert level_of_total(rules, 90.0, {"IIT": 80.0}).name_th == "ผ่าน"
    assert level_of_total(rules, 80.0).name_th == "ต้องปรับปรุง"


def test_what_is_missing_to_the_next_level_is_said_in_points() -> None:
    finding = level_of_total(load("demo-2567"), 93.5, {"IIT": 92.0, "EIT": 90.5, "OIT": 98.0})
    assert finding.name_th == "ผ่านดี"
    assert finding.missing_to_next == 1.5
    assert finding.below_next == {"IIT": 3.0, "EIT": 4.5}
    assert level_of_total(load("demo-2567"), 99.0, HIGH).next_level is None


def test_a_level_is_not_known_where_the_rule_or_the_total_is_not() -> None:
    assert "เกณฑ์ระดับ" in level_of_total(load("national-2569"), 90.0, HIGH).reason_th
    assert level_of_total(None, 90.0).reason_th
    assert level_of_total(load("national-2565"), None).reason_th
    assert level_of_total(load("national-2565"), math.nan).name_th == ""
    assert level_of_total(load("national-2567"), 90.0, {**HIGH, "OIT": math.nan}).level is None


def test_a_higher_total_never_reaches_a_lower_level() -> None:
    for name in ["national-2565", "national-2567", "bangkok-district-2566", "demo-2564", "demo-2567"]:
        rules = load(name)
        assert rules is not None
        names = [one.name_th for one in rules.levels]
        ranks = [names.index(level_of_total(rules, total / 4, HIGH).name_th) for total in range(401)]
        assert ranks == sorted(ranks, reverse=True)
