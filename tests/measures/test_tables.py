"""The register as tables: what is written is read back, and every fault of a folder is said at once with its address."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from random_registers import HEAD, registers, tiny

from ita_analysis.measures import model, register, tables
from ita_analysis.measures.register import RegisterError
from ita_analysis.measures.rows import as_register, as_rows
from ita_analysis.measures.schema import tables as schema


def stored(folder, made):
    """Write a register as its folder of tables, as the command does."""
    home = folder / made.head.agency_code / str(made.head.measures_year_be)
    home.mkdir(parents=True, exist_ok=True)
    for name, data in tables.encoded(as_rows(made)).items():
        (home / name).write_bytes(data)
    return home


def problems(folder, made):
    with pytest.raises(RegisterError) as refused:
        register.load("1028", 2567, stored(folder, made).parent.parent)
    return [(one.code, one.file.rpartition("/")[2], one.row, one.column) for one in refused.value.problems]


def edited(path, row, column, text):
    """Change one cell of a table by hand."""
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    lines[row - 1][lines[0].index(column)] = text
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(lines)


def test_every_row_of_ours_has_the_columns_of_its_table():
    for name, table in schema().items():
        assert tuple(column.field for column in table.columns) == tuple(
            one.name for one in dataclasses.fields(model.ROWS[name])
        )


@settings(max_examples=150, deadline=None)
@given(registers())
def test_every_register_comes_back_from_its_files(tmp_path_factory, made):
    folder = tmp_path_factory.mktemp("registers")
    stored(folder, made)
    assert register.load("1028", 2567, folder) == made


@settings(max_examples=50, deadline=None)
@given(registers())
def test_the_same_register_gives_the_same_bytes_whatever_the_order_of_its_rows(made):
    turned = dataclasses.replace(made, measures=made.measures[::-1], notes=made.notes[::-1], results=made.results[::-1])
    assert tables.encoded(as_rows(turned)) == tables.encoded(as_rows(made))
    assert as_register(as_rows(turned)) == made


def test_the_files_open_in_thai_excel_and_no_cell_of_them_is_code(tmp_path):
    made = tiny(measures=(model.Measure("M001", item_codes=("E12",), measure_th="=1+1", unit_th="@ฝ่าย"),))
    data = tables.encoded(as_rows(made))["measures.csv"]
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == 2
    assert "'=1+1" in data.decode() and "'@ฝ่าย" in data.decode()
    stored(tmp_path, made)
    assert register.load("1028", 2567, tmp_path).measures[0].measure_th == "=1+1"


def test_numbers_and_dates_stand_in_their_one_form(tmp_path):
    made = tiny(
        measures=(
            model.Measure(
                "M001",
                1,
                ("E12",),
                "1",
                "ก",
                due_date=date(2024, 3, 31),
                target=Decimal("80.50"),
                budget_baht=Decimal("1000"),
            ),
        )
    )
    line = tables.encoded(as_rows(made))["measures.csv"].decode().splitlines()[1]
    assert line == "M001,1,E12,1,ก,,2024-03-31,,80.5,,1000"
    assert tables.encoded(as_rows(made))["items.csv"].decode().splitlines()[1].startswith("E12,,,81.87,8.13,below")


def test_every_fault_is_said_at_once_with_file_row_and_column(tmp_path):
    made = tiny(
        items=(model.Item("E12", score=Decimal(81)),),
        measures=(
            model.Measure("M001", item_codes=("E12", "E99"), measure_th="ก", due_date=date(2024, 10, 1)),
            model.Measure("M002", item_codes=("O43",), measure_th=""),
        ),
        results=(
            model.Result("R001", 1, "M009", result_th="ก", done_date=date(2023, 9, 30)),
            model.Result("R002", 1, "", (), result_th="ข"),
            model.Result("R003", 1, "M001", ("E12",), result_th="ค"),
            model.Result("R004", 1, "X-1", result_th="ง"),
        ),
        evidence=(model.Evidence("E001", ("R001", "R009"), caption_th="ภาพ"),),
        table_rows=(model.TableRow("T1", "month", month=""), model.TableRow("T1", "total", month="2567-01")),
        notes=(model.Note("N001", "M777", "ก"),),
        documents=(
            model.Document("D001", ("O5",), "ก", "https://a.go.th/x"),
            model.Document("D002", ("O5",), "ข", "https://a.go.th/x/"),
        ),
    )
    assert sorted(problems(tmp_path, made)) == sorted(
        [
            ("date-year", "measures.csv", 2, "due_date"),
            ("item-unknown", "measures.csv", 2, "item_codes"),
            ("item-other-scheme", "measures.csv", 3, "item_codes"),
            ("required", "measures.csv", 3, "measure_th"),
            ("date-year", "results.csv", 2, "done_date"),
            ("result-before-measure", "results.csv", 2, "measure_id"),
            ("plan-none", "results.csv", 3, "measure_id"),
            ("plan-both", "results.csv", 4, "item_codes"),
            ("key-unknown", "results.csv", 5, "measure_id"),
            ("key-unknown", "evidence.csv", 2, "result_ids"),
            ("month-missing", "table_rows.csv", 2, "month"),
            ("month-extra", "table_rows.csv", 3, "month"),
            ("key-unknown", "notes.csv", 2, "about"),
            ("url-twice", "documents.csv", 3, "url"),
        ]
    )


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("due_date", "31/3/67", "date-form"),
        ("due_date", "30 ก.พ. 2567", "date-form"),
        ("target", "80%", "number-form"),
        ("target", "-3", "number-form"),
        ("target", "1,04", "number-form"),
        ("position", "1.5", "whole-form"),
        ("item_codes", "E12 ข้อสอง", "code-form"),
        ("measure_id", "M 1", "key-form"),
        ("measure_th", "ก\x07", "cell-control"),
        ("measure_th", "ก" * 32_768, "cell-long"),
    ],
)
def test_a_cell_that_says_something_else_is_refused(tmp_path, column, text, code):
    home = stored(tmp_path, tiny())
    edited(home / "measures.csv", 2, column, text)
    found = register.check(home).problems
    assert (code, 2, column) in [(one.code, one.row, one.column) for one in found]


@pytest.mark.parametrize(
    ("column", "text", "taken"),
    [
        ("due_date", "๓๑ มีนาคม ๒๕๖๗", date(2024, 3, 31)),
        ("due_date", "31/3/2567", date(2024, 3, 31)),
        ("due_date", "2024-03-31", date(2024, 3, 31)),
        ("target", "๑,๐๔๒.๕๐", Decimal("1042.5")),
        ("item_codes", "e๑๒, E12", ("E12",)),
        ("measure_th", "ก" * 32_767, "ก" * 32_767),
    ],
)
def test_what_people_type_by_hand_is_recognised(tmp_path, column, text, taken):
    home = stored(tmp_path, tiny())
    edited(home / "measures.csv", 2, column, text)
    assert getattr(register.load("1028", 2567, tmp_path).measures[0], column) == taken


def test_a_key_that_looks_like_a_range_of_items_is_kept(tmp_path):
    made = tiny(measures=(model.Measure("E1-2", item_codes=("E12",), measure_th="ก"),), results=())
    stored(tmp_path, made)
    assert register.load("1028", 2567, tmp_path).measures[0].measure_id == "E1-2"


def test_a_key_of_two_rows_and_a_row_without_key_are_refused(tmp_path):
    home = stored(
        tmp_path, tiny(measures=tuple(model.Measure(f"M00{n}", item_codes=("E12",), measure_th="ก") for n in (1, 2, 3)))
    )
    edited(home / "measures.csv", 3, "measure_id", "M001")
    edited(home / "measures.csv", 4, "measure_id", "")
    codes = [(one.code, one.row) for one in register.check(home).problems]
    assert ("key-twice", 3) in codes and ("key-missing", 4) in codes


def test_a_lost_table_another_agencys_folder_and_another_schema_are_refused(tmp_path):
    home = stored(tmp_path, tiny())
    (home / "notes.csv").unlink()
    assert [one.code for one in register.check(home).problems] == ["table-missing"]
    home = stored(tmp_path, tiny())
    assert [one.code for one in register.check(home, owner=("1001", 2567)).problems] == ["head-other"]
    edited(home / "register.csv", 2, "schema", "9")
    assert [one.code for one in register.check(home).problems] == ["schema-other"]


def test_there_is_no_register_said_with_what_to_do(tmp_path):
    with pytest.raises(RegisterError) as refused:
        register.load("1028", 2567, tmp_path)
    assert [one.code for one in refused.value.problems] == ["register-missing"]
    assert "ita register" in str(refused.value)


def test_an_emptied_row_keeps_its_key_taken(tmp_path):
    home = stored(tmp_path, tiny(withdrawn=(("measures", "M002"),)))
    made = register.load("1028", 2567, tmp_path)
    assert made.withdrawn == (("measures", "M002"),) and [one.measure_id for one in made.measures] == ["M001"]
    assert "M002,,,," in (home / "measures.csv").read_text(encoding="utf-8-sig")


def test_a_year_without_rules_takes_items_by_their_form(tmp_path):
    head = dataclasses.replace(HEAD, framework="bangkok-district-2570")
    made = dataclasses.replace(tiny(measures=(model.Measure("M001", item_codes=("E99",), measure_th="ก"),)), head=head)
    stored(tmp_path, made)
    assert register.load("1028", 2567, tmp_path).measures[0].item_codes == ("E99",)
