"""Phrases and numbers of the page."""

import ast
import re
from pathlib import Path

import pytest

from ita_analysis.brief import sentences
from ita_analysis.brief.sentences import count_word, gap_text, line_text, listing, score_text

BRIEF = Path(sentences.__file__).parent


def keys_said() -> set[str]:
    """Return every phrase key that stands as a constant in a call of say or say_all."""
    keys = set()
    for path in BRIEF.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"[a-z_]+\.[a-z_0-9]+", node.value)
            ):
                keys.add(node.value)
    return keys


def test_every_phrase_that_the_code_names_stands_in_the_catalogue():
    phrases = sentences.phrases()
    named = {key for key in keys_said() if key.split(".")[0] in phrases and not key.endswith(("_", ".toml"))}
    missing = sorted(key for key in named if key.split(".")[1] not in phrases[key.split(".")[0]])
    assert len(named) > 80
    assert missing == []


def test_every_phrase_of_the_catalogue_is_used():
    said = "\n".join(path.read_text(encoding="utf-8") for path in BRIEF.rglob("*.py"))
    formed = (
        *("respondents.", "respondents_plain.", "change.", "effect.", "short.", "city_moved.", "report_annex."),
        *("lift_why.", "lift_basis.", "method_where.", "funnel_word."),
        *("director.next_", "director.act_", "measures.count_", "records.type_", "lists.no_"),
        *(f"{page}.{name}" for page in ("cover", "lift_cover", "method_cover") for name in ("eyebrow", "running_head")),
    )
    unused = [
        f"{part}.{name}"
        for part, phrases in sentences.phrases().items()
        for name in phrases
        if f"{part}.{name}" not in said and not f"{part}.{name}".startswith(formed)
    ]
    assert unused == ["common.numbers"]


@pytest.mark.parametrize(
    ("score", "line", "shown"),
    [
        (89.996, 90.0, "89.996"),
        (90.0, 90.0, "90.00"),
        (87.46, 90.0, "87.46"),
        (89.99999, 90.0, "89.99999"),
        (90.004, 90.0, "90.00"),
        (100.0, 90.0, "100.00"),
        (0.0, 90.0, "0.00"),
        (84.995, 85.0, "84.995"),
    ],
)
def test_a_score_never_shows_on_the_wrong_side_of_the_line(score, line, shown):
    assert score_text(score, line=line) == shown


def test_a_gap_is_signed_and_never_zero_off_the_line():
    assert gap_text(81.87, 90.0) == "−8.13"
    assert gap_text(90.25, 90.0) == "+0.25"
    assert gap_text(89.996, 90.0) == "−0.004"
    assert gap_text(90.0, 90.0) == "0.00"


def test_numbers_and_lists_read_as_thai():
    assert (line_text(90.0), line_text(87.5)) == ("90", "87.5")
    assert (count_word(6), count_word(11)) == ("หก", " 11 ")
    assert listing(["E12"]) == "E12"
    assert listing(["E12", "I16", "E14"]) == "E12 I16 และ E14"
