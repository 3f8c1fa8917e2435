"""Claims and proof: the truth table thought through by hand, pairs made from it, and nothing without proof called proven."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from random_registers import registers, tiny

from ita_analysis.measures import model, proof
from ita_analysis.measures.claims import judged
from ita_analysis.measures.proof import Facts, proof_of

SHA, OTHER = "a" * 64, "b" * 64
IN_1, IN_2, BEFORE, AFTER = date(2024, 2, 15), date(2024, 7, 1), date(2023, 9, 30), date(2024, 10, 1)

# evidence, ability of it -> what the mark is (neither date nor quantity, one of them)
BY_HAND = {
    "nothing": ("○", "○"),
    "a row without a file": ("○", "○"),
    "printed, of the block": ("◐", "◐"),
    "printed, of this result": ("◐", "◐"),
    "a file of the block": ("◐", "◐"),
    "a file of this result": ("◐", "●"),
    "a file of this result, dated in the round": ("◐", "●"),
    "a file of this result, dated outside the round": ("◐", "◐"),
    "a file of this result beside a printed one": ("◐", "●"),
    "a file kept, but said to be only printed": ("◐", "◐"),
}
STATE_OF = {"●": "มีหลักฐาน", "◐": "รอหลักฐาน", "○": "รอหลักฐาน", "✕": "ยังไม่มีผล"}


def pieces(kind, round_number):
    """The evidence rows that BY_HAND names."""
    outside = AFTER if round_number == 2 else IN_2
    inside = IN_2 if round_number == 2 else IN_1

    def row(**more):
        return model.Evidence("E001", ("R001",), "ภาพ", **more)

    own = {"basis": "file", "scope": "result", "file": "a.jpg", "sha256": SHA, "source_sha256": SHA}
    printed = model.Evidence("E002", ("R001",), "ภาพ", "printed", "result")
    return {
        "nothing": (),
        "a row without a file": (row(basis="file", scope="result"),),
        "printed, of the block": (row(basis="printed", scope="block"),),
        "printed, of this result": (printed,),
        "a file of the block": (row(**{**own, "scope": "block"}),),
        "a file of this result": (row(**own),),
        "a file of this result, dated in the round": (row(**own, evidence_date=inside),),
        "a file of this result, dated outside the round": (row(**own, evidence_date=outside),),
        "a file of this result beside a printed one": (row(**own), printed),
        "a file kept, but said to be only printed": (row(**{**own, "basis": "printed"}),),
    }[kind]


def pairs():
    """Every evidence × date × quantity × text × round, with the mark that the table by hand says."""
    days = {"no date": None, "in the round": "in", "outside the round": "out"}
    quantities = {"no quantity": (None, False), "quantity 0": (Decimal(0), False), "quantity 30": (Decimal(30), True)}
    texts = ("จัดเวรพักเที่ยง", "มีคำสั่งจัดเวรแล้ว", "อบรม 30 คน วันที่ 15 กุมภาพันธ์ 2567")
    for kind, (day, where), (many, (quantity, counted)), text, round_number in itertools.product(
        BY_HAND, days.items(), quantities.items(), texts, (1, 2)
    ):
        done = {None: None, "in": IN_2 if round_number == 2 else IN_1, "out": BEFORE if round_number == 2 else IN_2}[
            where
        ]
        mark = BY_HAND[kind][where == "in" or counted]
        result = model.Result(
            "R001", round_number, "M001", result_th=text, done_date=done, quantity=quantity, state="ทำครบ"
        )
        yield (kind, day, many, text, round_number), tiny(results=(result,), evidence=pieces(kind, round_number)), mark


PAIRS = list(pairs())


def test_there_are_enough_pairs_and_every_mark_is_among_them():
    assert len(PAIRS) >= 200 and {mark for _, _, mark in PAIRS} == {"●", "◐", "○"}


def test_no_pair_without_proof_is_called_proven_and_every_mark_is_the_one_by_hand():
    wrong = []
    for case, register, mark in PAIRS:
        entry = judged(register, case[4]).entries[0]
        if (entry.mark, entry.state_th) != (mark, STATE_OF[mark]) or not entry.reason_th:
            wrong.append((case, entry.mark, mark))
    assert not wrong


def test_the_rules_make_one_mark_of_every_case():
    for values in itertools.product((False, True), repeat=5):
        facts = Facts(*values)
        mark = proof_of(facts).mark
        assert (mark == "✕") == (not facts.result)
        assert (mark == "●") == (facts.result and facts.own_file and (facts.dated or facts.counted))
        assert (mark == "○") == (facts.result and not facts.own_file and not facts.evidence) or facts.own_file


@settings(max_examples=80, deadline=None)
@given(registers())
def test_random_registers_are_never_called_proven_without_a_picture(made):
    for round_number in (1, 2):
        found = judged(made, round_number)
        assert all(entry.mark != "●" for entry in (*found.entries, *found.earlier))
        assert {entry.measure.measure_id for entry in found.entries if entry.measure} == set(made.measure)
        assert all(entry.reason_th and entry.relation_th and entry.state_th for entry in found.entries)
        reported = [entry.result for entry in (*found.entries, *found.earlier) if entry.result]
        assert sorted(one.result_id for one in reported) == sorted(
            one.result_id for one in made.results if one.round <= round_number
        )


# --- the relation to the plan


@pytest.mark.parametrize(
    ("text", "state", "said"),
    [
        ("จัดเวรพักเที่ยง", "ทำครบ", "ตรงแผน แต่คัดคำจากแผน"),
        ("จัดเวร  พักเที่ยง", "ทำบางส่วน", "บางส่วน แต่คัดคำจากแผน"),
        ("จัดเวร\nพักเที่ยง", "", "คัดคำจากแผน"),
        ("จัดเวรพักเที่ยงแล้ว", "ทำครบ", "ตรงแผน"),
        ("จัดเวรพักเที่ยงแล้ว", "ทำบางส่วน", "บางส่วน"),
        ("จัดเวรพักเที่ยงแล้ว", "", "ยังไม่ระบุ"),
        ("", "", "ไม่มีผล"),
        ("จะทำปีหน้า", "ยังไม่ทำ", "ไม่มีผล"),
    ],
)
def test_the_relation_to_the_plan_is_said_in_words(text, state, said):
    register = tiny(results=(model.Result("R001", 1, "M001", result_th=text, state=state),))
    entry = judged(register, 1).entries[0]
    assert entry.relation_th == said
    assert entry.is_copied == ("คัดคำ" in said) and (("ตรงกับข้อความแผน" in entry.reason_th) == entry.is_copied)


def test_digits_of_either_script_are_the_same_words():
    assert proof.is_word_for_word("รอบ ๖ เดือน และ ๑๒ เดือน", "รอบ 6 เดือน และ 12 เดือน")
    assert not proof.is_word_for_word("รอบ 6 เดือน", "รอบ 12 เดือน") and not proof.is_word_for_word("", " ")


def test_a_result_that_was_not_done_is_no_result_whatever_lies_beside_it():
    own = pieces("a file of this result", 1)
    result = model.Result("R001", 1, "M001", result_th="ก", done_date=IN_1, quantity=Decimal(5), state="ยังไม่ทำ")
    entry = judged(tiny(results=(result,), evidence=own), 1).entries[0]
    assert (entry.mark, entry.state_th, entry.relation_th) == ("✕", "ยังไม่มีผล", "ไม่มีผล")
    assert entry.reason_th == "ผู้กรอกระบุว่ายังไม่ทำ"


def test_results_without_a_measure_and_measures_without_a_result_are_listed():
    register = tiny(
        measures=tuple(model.Measure(f"M00{n}", item_codes=("E12",), measure_th="ก") for n in (1, 2)),
        results=(
            model.Result("R001", 1, "M001", result_th="ข"),
            model.Result("R002", 1, "", ("E12",), result_th="ค"),
        ),
    )
    found = judged(register, 1)
    assert [one.result.result_id for one in found.results_without_measure] == ["R002"]
    assert [one.measure.measure_id for one in found.measures_without_result] == ["M002"]
    assert found.results_without_measure[0].relation_th == "นอกแผน" and found.results_without_measure[0].item_codes == (
        "E12",
    )


# --- rounds


def test_a_result_of_april_is_outside_round_1_and_inside_round_2():
    own = pieces("a file of this result", 1)
    for round_number, mark in ((1, "◐"), (2, "●")):
        result = model.Result("R001", round_number, "M001", result_th="ก", done_date=date(2024, 4, 1))
        assert judged(tiny(results=(result,), evidence=own), round_number).entries[0].mark == mark


def test_round_2_shows_each_measure_with_its_latest_result_and_round_1_beside_it():
    register = tiny(
        measures=tuple(model.Measure(f"M00{n}", item_codes=("E12",), measure_th="ก") for n in (1, 2)),
        results=(
            model.Result("R001", 1, "M001", result_th="รอบหนึ่ง"),
            model.Result("R002", 2, "M001", result_th="รอบสอง"),
            model.Result("R003", 1, "M002", result_th="รอบหนึ่งเท่านั้น"),
        ),
    )
    first, second = judged(register, 1), judged(register, 2)
    assert [one.result.result_id for one in first.entries] == ["R001", "R003"] and not first.earlier
    assert [one.result.result_id for one in second.entries] == ["R002", "R003"]
    assert [one.result.result_id for one in second.earlier] == ["R001"]
    assert "ผลล่าสุดเป็นของรอบ 1" in second.entries[1].reason_th


def test_the_text_is_scanned_only_to_say_that_its_date_stands_in_no_column():
    result = model.Result("R001", 1, "M001", result_th="ประชุมวันพฤหัสบดีที่ ๑๕ กุมภาพันธ์ ๒๕๖๗ ณ ห้องประชุม")
    entry = judged(tiny(results=(result,), evidence=pieces("a file of this result", 1)), 1).entries[0]
    assert entry.mark == "◐" and "ข้อความบอกวันที่ แต่ช่องวันที่ทำว่าง" in entry.reason_th


# --- items


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ({}, "ยังไม่มีผล"),
        ({"M001": True}, "รอหลักฐาน"),
        ({"M001": True, "M002": False}, "รอหลักฐาน"),
        ({"M001": True, "M002": True}, "มีหลักฐาน"),
    ],
)
def test_an_item_is_proven_only_where_each_of_its_measures_is(results, state):
    made = [
        model.Result(f"R{key}", 1, key, result_th="ข", quantity=Decimal(3) if counted else None)
        for key, counted in results.items()
    ]
    register = tiny(
        measures=tuple(model.Measure(key, item_codes=("E12",), measure_th="ก") for key in ("M001", "M002")),
        results=tuple(made),
        evidence=tuple(
            model.Evidence(f"E{one.result_id}", (one.result_id,), "ภาพ", "file", "result", "a", sha256=SHA)
            for one in made
        ),
    )
    assert judged(register, 1).items[0].state_th == state


def test_an_item_without_a_measure_says_so_though_something_was_done():
    register = tiny(measures=(), results=(model.Result("R001", 1, "", ("E12",), result_th="ก"),))
    found = judged(register, 1).items[0]
    assert found.state_th == "ยังไม่มีมาตรการ" and len(found.entries) == 1


def test_the_same_picture_for_two_results_is_said_at_both():
    register = tiny(
        results=tuple(model.Result(f"R00{n}", 1, "M001", result_th="ก", quantity=Decimal(1)) for n in (1, 2)),
        evidence=tuple(
            model.Evidence(f"E00{n}", (f"R00{n}",), "ภาพ", "file", "result", "a", sha256=SHA, source_sha256=OTHER)
            for n in (1, 2)
        ),
    )
    first, second = judged(register, 1).entries
    assert "ภาพเดียวกันใช้กับผล R002" in first.reason_th and "ภาพเดียวกันใช้กับผล R001" in second.reason_th


def test_no_reason_accuses_anyone():
    words = " ".join(proof.rules()["reason"].values())
    assert not any(word in words for word in ("ปลอม", "โกง", "เท็จ", "ทุจริต", "จงใจ"))
