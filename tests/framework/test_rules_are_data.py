"""The rules live in data files only, and the facts in them are those that their sources show."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import ita_analysis
from ita_analysis.framework.loader import SHIPPED_RULES, load, years_of
from ita_analysis.framework.model import Framework

PACKAGE = Path(ita_analysis.__file__).parent
SHIPPED = sorted(path.stem for path in SHIPPED_RULES.glob("*.toml"))
ITEM_CODE = re.compile(r"(?<![\w.\\])[IEO][1-9]\d?(?!\w)")
INDICATORS = [
    "การปฏิบัติหน้าที่",
    "การใช้งบประมาณ",
    "การใช้อำนาจ",
    "การใช้ทรัพย์สินของราชการ",
    "การแก้ไขปัญหาการทุจริต",
    "คุณภาพการดำเนินงาน",
    "ประสิทธิภาพการสื่อสาร",
    "การปรับปรุงระบบการทำงาน",
    "การเปิดเผยข้อมูล",
    "การป้องกันการทุจริต",
]


def strings_of(source: str) -> list[str]:
    """Return the string constants of Python code, docstrings left out: prose may name a code, code may not."""
    tree = ast.parse(source)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))]
    prose = {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [node.value for node in constants if isinstance(node.value, str) and id(node) not in prose]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_item_code_stands_in_the_code_of_the_package(path: Path) -> None:
    assert [text for text in strings_of(path.read_text(encoding="utf-8")) if ITEM_CODE.search(text)] == []


def test_the_rule_against_item_codes_catches_one() -> None:
    assert ITEM_CODE.search(strings_of('"""Prose may say E12."""\nworst = "E12"')[0])


@pytest.mark.parametrize("name", SHIPPED)
def test_the_ten_indicators_have_the_same_names_every_year(name: str) -> None:
    framework = load(name)
    assert framework is not None
    assert [one.name_th for one in framework.indicators] == INDICATORS
    assert [one.code for one in framework.indicators] == [str(at) for at in range(1, 11)]
    assert all(0 < len(one.short_th.split()) <= 3 for one in framework.indicators)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_made_up_scheme_says_so_in_its_sources_and_no_other_does(name: str) -> None:
    framework = load(name)
    assert framework is not None
    assert framework.is_synthetic == ("made up for demonstration" in " ".join(framework.sources.values()))
    assert framework.is_synthetic == (framework.scheme == "demo")


@pytest.mark.parametrize("name", SHIPPED)
def test_an_agency_passes_from_85(name: str) -> None:
    framework = load(name)
    assert framework is not None and framework.pass_line is not None
    assert framework.pass_line.score == 85


def district() -> Framework:
    framework = load("bangkok-district-2566")
    assert framework is not None
    return framework


def test_the_district_list_holds_the_codes_that_the_report_shows() -> None:
    codes = list(district().item)
    assert codes == [f"I{n}" for n in range(1, 26)] + [f"E{n}" for n in range(1, 16)] + [f"O{n}" for n in range(1, 31)]
    assert {one.items_listed for one in district().instruments} == {"partial"}


def test_open_indicators_of_the_district_list_stay_open() -> None:
    opened = {code: district().indicators_of(code) for code, item in district().item.items() if item.status == "open"}
    assert opened == {
        **dict.fromkeys(["I4", "I5", "I6", "I7"], ("1", "2")),
        "I12": ("2", "3"),
        **dict.fromkeys(["I18", "I19"], ("3", "4")),
        **dict.fromkeys(["E5", "E6"], ("6", "7")),
    }


def test_topics_that_no_source_names_are_empty() -> None:
    known = {code for code in district().item if district().topic_th(code)}
    survey = [3, 6, 8, 9, 11, 13, 16, 17, 20, 21, 22, 23, 24, 25]
    assert known == {f"I{n}" for n in survey} | {f"E{n}" for n in (*range(1, 5), *range(7, 16))}
    assert district().topic_th("E12") == "ให้บริการตามเวลาและต่อเวลา"
    assert district().topic_th("E99") == ""


@pytest.mark.parametrize(
    ("year", "counts"),
    [
        (2563, {"I": 4, "O": 1}),
        (2564, {"I": 30, "O": 43}),
        (2565, {"O": 43}),
        (2566, {"O": 43}),
        (2567, {"O": 4}),
        (2568, {"O": 26}),
        (2569, {"O": 26}),
    ],
)
def test_a_national_year_lists_the_items_that_sources_show(year: int, counts: dict[str, int]) -> None:
    framework = load(f"national-{year}")
    assert framework is not None
    assert {one: sum(code[0] == one for code in framework.item) for one in counts} == counts
    assert len(framework.items) == sum(counts.values())


def test_weights_are_given_only_for_years_that_show_them() -> None:
    known = {
        year
        for year in years_of("national")
        for framework in [load(f"national-{year}")]
        if framework is not None and all(one.weight is not None for one in framework.instruments)
    }
    assert known == {2563, 2564, 2565, 2566, 2567}


def test_the_answer_scale_of_2564_is_that_of_the_form() -> None:
    framework = load("national-2564")
    assert framework is not None
    assert [(one.instrument, one.points) for one in framework.scales] == [("IIT", (0, 33, 67, 100)), ("IIT", (0, 100))]


def test_the_demonstration_is_complete_and_short_of_words() -> None:
    for year in years_of("demo"):
        framework = load(f"demo-{year}")
        assert framework is not None
        assert {one.items_listed for one in framework.instruments} == {"complete"}
        assert all(item.topic_th for item in framework.items)
        assert len({item.topic_th for item in framework.items}) == len(framework.items)
        assert len({one.code for one in framework.sub_indicators}) == 7
    assert years_of("demo") == (2564, 2565, 2566, 2567)
