"""Supporting records that contradict themselves are found by rule and said; sound ones are left alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from random_registers import tiny

from ita_analysis.measures import model
from ita_analysis.measures.supporting import doubts, share

MONTHS = ((100, "4.00"), (200, "4.50"), (300, "5.00"))  # together 600; plain mean 4.50, weighted 4.67


def table(label="รวม", respondents=600, mean="4.67", kind="total", months=MONTHS):
    rows = [
        model.TableRow("T1", "month", "", f"2566-{10 + at}", count, Decimal(score) if score else None)
        for at, (count, score) in enumerate(months)
    ]
    last = model.TableRow("T1", kind, label, "", respondents, Decimal(mean) if mean else None)
    return tiny(table_rows=(*rows, last))


def kinds(register):
    return [(one.kind, one.about) for one in doubts(register)]


@pytest.mark.parametrize(
    ("case", "found"),
    [
        ({}, []),
        ({"label": "ค่าเฉลี่ย"}, ["sum_labelled_mean"]),
        ({"label": "", "kind": "mean"}, ["sum_labelled_mean"]),
        ({"label": "เฉลี่ย", "respondents": 200}, []),
        ({"mean": "4.50"}, ["unweighted_mean"]),
        ({"mean": "4.40"}, ["wrong_mean"]),
        ({"mean": "4.7"}, []),
        ({"mean": "4.5"}, ["unweighted_mean"]),
        ({"respondents": 610}, ["wrong_total"]),
        ({"label": "ค่าเฉลี่ย", "respondents": 610, "mean": "4.50"}, ["wrong_total", "unweighted_mean"]),
        ({"respondents": None, "mean": None}, []),
        ({"months": ((100, "4.00"), (None, "4.50"), (300, "5.00"))}, []),
        ({"months": ((600, "4.67"),)}, []),
        ({"months": ((0, "4.00"), (0, "5.00")), "respondents": 0, "mean": "4.50"}, []),
    ],
)
def test_tables_are_added_up(case, found):
    assert [kind for kind, _ in kinds(table(**case))] == found


def test_the_sentences_name_the_figures():
    said = {one.kind: one.said_th for one in doubts(table(label="ค่าเฉลี่ย", respondents=1610, mean="4.50"))}
    assert "1,610" in said["wrong_total"] and "600" in said["wrong_total"] and "1,010" in said["wrong_total"]
    assert "4.50" in said["unweighted_mean"] and "4.67" in said["unweighted_mean"]


@pytest.mark.parametrize(
    ("text", "day", "found"),
    [
        ("วันพฤหัสบดีที่ ๑๕ กุมภาพันธ์ ๒๕๖๗", date(2024, 2, 15), []),
        ("วันพฤหัสบดีที่ ๑๕ กุมภาพันธ์ ๒๕๖๓", date(2024, 2, 15), ["weekday"]),
        ("15 กุมภาพันธ์ 2563", date(2024, 2, 15), ["other_date"]),
        ("15 ก.พ. 2567", date(2024, 2, 15), []),
        ("ทุกสัปดาห์", date(2024, 2, 15), []),
        ("", None, []),
    ],
)
def test_a_weekday_that_does_not_fit_its_date_is_found(text, day, found):
    record = model.Record("C001", 1, "meeting", "ประชุม", record_date=day, date_text=text)
    assert [kind for kind, _ in kinds(tiny(records=(record,)))] == found


def test_a_weekday_inside_a_result_is_looked_at_too():
    result = model.Result("R001", 1, "M001", result_th="ประชุมเมื่อวันจันทร์ที่ 15 กุมภาพันธ์ 2567")
    found = doubts(tiny(results=(result,)))
    assert [(one.kind, one.about) for one in found] == [("weekday", "R001")]
    assert "วันพฤหัสบดี" in found[0].said_th and "วันจันทร์" in found[0].said_th


def test_a_part_above_its_whole_is_found_and_a_share_is_computed():
    fine = model.Record("C001", 1, "kpi", "คำขอ", value=Decimal(75), of_value=Decimal(1042))
    odd = model.Record("C002", 1, "kpi", "คำขอ", value=Decimal(75), of_value=Decimal(42))
    assert kinds(tiny(records=(fine, odd))) == [("part_above_whole", "C002")]
    assert round(share(fine), 2) == Decimal("7.20") and share(model.Record("C003", value=Decimal(1))) is None
