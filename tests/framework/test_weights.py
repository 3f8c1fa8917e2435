"""What a leaf is worth in the total, checked against figures that agencies' published results show."""

from __future__ import annotations

from fractions import Fraction

import pytest

from ita_analysis.framework.loader import SHIPPED_RULES, load
from ita_analysis.framework.model import Framework
from ita_analysis.framework.weights import cost_of_missing, points_of_total

SHIPPED = sorted(path.stem for path in SHIPPED_RULES.glob("*.toml"))

# National report of 2564, group 2, p. 168 (fliphtml5.com/nqbfm/fekk): province rows, indicators 1-10, then the total.
PROVINCES = [
    ("Trat", 2563, [92.57, 86.13, 90.08, 85.98, 88.04, 83.67, 82.11, 79.29, 69.94, 52.78], 75.62),
    ("Trat", 2564, [93.55, 87.72, 91.01, 87.93, 89.52, 90.55, 88.68, 88.58, 72.89, 65.56], 81.45),
    ("Nakhon Nayok", 2564, [94.65, 89.11, 91.95, 89.29, 89.86, 92.12, 89.90, 89.49, 65.89, 51.15], 77.85),
]

# Bangkok Metropolitan Administration, 2566 (thestandard.co/bkk-passed-ita): instruments and total as printed.
BANGKOK = ({"IIT": 82.44, "EIT1": 79.40, "EIT2": 82.24, "OIT": 100.00}, 88.98)

# Points of the total that one missed document costs, national 2564, by sub-indicator: from the printed indicator scores
# of 13 agencies (online.anyflip.com/qxtmp/cuda, p. 138), which only list lengths 9, 8, 7, 4, 5 and 8, 2 explain.
COSTS = {"9.1": 0.44, "9.2": 0.50, "9.3": 0.57, "9.4": 1.00, "9.5": 0.80, "10.1": 1.25, "10.2": 5.00}


def rules(name: str) -> Framework:
    framework = load(name)
    assert framework is not None
    return framework


def indicator_points(framework: Framework) -> dict[str, Fraction]:
    """Return indicator -> points of the total, summed over the leaves below it."""
    points = points_of_total(framework).points
    assert points is not None
    sums = dict.fromkeys(framework.indicator, Fraction(0))
    for code, worth in points.items():
        [parent] = framework.indicators_of(code) or [code.partition(".")[0]]
        sums[parent] += worth
    return sums


@pytest.mark.parametrize(("province", "year", "indicators", "total"), PROVINCES)
def test_the_weights_give_the_total_that_the_national_report_prints(
    province: str, year: int, indicators: list[float], total: float
) -> None:
    worth = indicator_points(rules(f"national-{year}"))
    computed = sum(float(worth[str(at)]) * score for at, score in enumerate(indicators, start=1))
    assert computed == pytest.approx(total, abs=0.01), province


def test_the_two_parts_of_the_external_survey_count_half_each_in_2566() -> None:
    points = points_of_total(rules("national-2566"))
    scores, total = BANGKOK
    assert points.points is not None and points.leaf_level["EIT"] == "instrument"
    worth = {code: float(points.points[code]) for code in ("EIT1", "EIT2")}
    assert worth == {"EIT1": 0.15, "EIT2": 0.15}
    worth |= {"IIT": float(sum(points.points[str(at)] for at in range(1, 6)))}
    worth |= {"OIT": float(points.points["9"] + points.points["10"])}
    assert sum(worth[code] * score for code, score in scores.items()) == pytest.approx(total, abs=0.01)


@pytest.mark.parametrize("year", [2564, 2565])
def test_a_missed_document_costs_what_the_length_of_its_list_says(year: int) -> None:
    framework = rules(f"national-{year}")
    costs = {item.parents[0]: cost_of_missing(framework, item.code) for item in framework.items if item.code[0] == "O"}
    assert {code: float(cost or 0) for code, cost in costs.items()} == pytest.approx(COSTS, abs=0.01)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_points_of_all_leaves_sum_to_one_exactly_or_are_not_known(name: str) -> None:
    points = points_of_total(rules(name))
    if points.points is None:
        assert points.reason_th
    else:
        assert sum(points.points.values()) == 1
        assert min(points.points.values()) > 0


@pytest.mark.parametrize("name", ["bangkok-district-2566", "national-2568", "national-2569"])
def test_where_no_weight_is_known_nothing_is_worth_anything_and_the_reason_is_said(name: str) -> None:
    points = points_of_total(rules(name))
    assert points.points is None and "น้ำหนัก" in points.reason_th
    assert all(cost_of_missing(rules(name), code) is None for code in rules(name).item)


def test_a_year_that_is_not_known_has_no_points() -> None:
    assert points_of_total(None).points is None
    assert cost_of_missing(None, "O1") is None


def test_the_leaves_are_the_lowest_nodes_whose_share_is_known() -> None:
    assert points_of_total(rules("national-2564")).leaf_level == {"IIT": "item", "EIT": "indicator", "OIT": "item"}
    assert points_of_total(rules("national-2566")).leaf_level["OIT"] == "indicator"
    assert set(points_of_total(rules("demo-2567")).leaf_level.values()) == {"item"}


def test_a_survey_item_is_never_missing_and_an_unlisted_code_has_no_cost() -> None:
    framework = rules("demo-2567")
    assert cost_of_missing(framework, "I1") is None
    assert cost_of_missing(framework, "O99") is None
    assert cost_of_missing(framework, "9") is None


def test_an_item_that_may_belong_to_two_indicators_makes_both_leaves() -> None:
    framework = rules("demo-2567")
    [first, *rest] = framework.items
    opened = first.model_copy(update={"parents": ("1", "2"), "status": "open"})
    points = points_of_total(framework.model_copy(update={"items": (opened, *rest)})).points
    assert points is not None
    assert points["1"] == points["2"] == Fraction(3, 50)
    assert sum(points.values()) == 1 and points_of_total(framework).points != points


def test_an_indicator_whose_division_is_not_known_is_a_leaf() -> None:
    framework = rules("demo-2567")
    unknown = tuple(one.model_copy(update={"mean_of": "unknown"}) for one in framework.indicators)
    points = points_of_total(framework.model_copy(update={"indicators": unknown})).points
    assert points is not None and list(points) == [str(at) for at in range(1, 11)]
