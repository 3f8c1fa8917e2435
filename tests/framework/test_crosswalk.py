"""What compares with the year before, and how far back a history goes."""

from __future__ import annotations

import pytest

from ita_analysis.framework.crosswalk import COMPARABLE, counterpart
from ita_analysis.framework.loader import load, years_of


@pytest.mark.parametrize(
    ("year", "code", "previous", "relation"),
    [
        (2567, "I1", "I1", "comparable"),
        (2567, "I25", None, "new"),
        (2567, "E13", "E13", "reworded"),
        (2566, "I8", "I7", "renumbered"),
        (2566, "O6", None, "new"),
        (2566, "O13", "O13", "comparable"),
        (2567, "9", "9", "comparable"),
        (2567, "OIT", "OIT", "comparable"),
        (2567, "total", "total", "comparable"),
        (2564, "I1", None, "unknown"),
    ],
)
def test_a_code_of_the_demonstration_has_its_counterpart(
    year: int, code: str, previous: str | None, relation: str
) -> None:
    found, how, reason_th = counterpart(load(f"demo-{year}"), code)
    assert (found, how) == (previous, relation)
    assert bool(reason_th) == (relation != "comparable")


@pytest.mark.parametrize(
    ("year", "code", "previous", "relation"),
    [
        (2564, "I5", "I5", "comparable"),  # scored side by side in the national report of 2564, group 5, p. 85
        (2565, "O34", None, "new"),
        (2565, "O38", "O38", "reworded"),
        (2565, "I1", None, "unknown"),
        (2566, "O25", "O27", "renumbered"),  # same code, another duty: never compared by code
        (2566, "O10", None, "new"),
        (2566, "total", None, "unknown"),
        (2567, "O10", None, "unknown"),
        (2569, "O12", "O13", "renumbered"),
        (2569, "O21", "O23", "reworded"),
        (2569, "O25", None, "unknown"),
    ],
)
def test_a_code_of_the_national_assessment_has_its_counterpart(
    year: int, code: str, previous: str | None, relation: str
) -> None:
    assert counterpart(load(f"national-{year}"), code)[:2] == (previous, relation)


def test_an_unknown_relation_says_why() -> None:
    assert "หกขั้น" in counterpart(load("national-2567"), "I1")[2]
    assert "2565" in counterpart(load("bangkok-district-2566"), "I1")[2]
    assert counterpart(None, "I1")[1] == "unknown"


def test_nothing_compares_that_has_no_form_of_a_code() -> None:
    assert counterpart(load("demo-2567"), "I0")[1] == "unknown"


def test_a_code_whose_old_number_went_to_another_item_is_not_the_same_item() -> None:
    framework = load("demo-2566")
    assert framework is not None and framework.crosswalk is not None
    links = tuple(link for link in framework.crosswalk.links if link.code != "I8")
    crosswalk = framework.crosswalk.model_copy(update={"links": links})
    assert counterpart(framework.model_copy(update={"crosswalk": crosswalk}), "I8")[1] == "unknown"


def test_no_two_codes_of_a_year_have_the_same_history() -> None:
    for scheme in ("demo", "national"):
        for year in years_of(scheme):
            framework = load(f"{scheme}-{year}")
            assert framework is not None
            found = [counterpart(framework, code) for code in framework.item]
            previous = [code for code, relation, _ in found if relation in COMPARABLE]
            assert len(previous) == len(set(previous))


@pytest.mark.parametrize("scheme", ["demo", "national"])
def test_links_name_only_codes_that_the_year_before_lists_where_its_list_is_complete(scheme: str) -> None:
    for year in years_of(scheme):
        framework, before = load(f"{scheme}-{year}"), load(f"{scheme}-{year - 1}")
        if framework is None or before is None or framework.crosswalk is None:
            continue
        whole = {one.code[0] for one in before.instruments if one.items_listed == "complete"}
        named = {link.previous for link in framework.crosswalk.links if link.previous[:1] in whole}
        assert named <= set(before.item)
