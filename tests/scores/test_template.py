"""The score form: empty it says so, filled in it gives exactly what was typed, without a word."""

from __future__ import annotations

import openpyxl
import pytest
from conftest import ita
from score_files import row, write_scores

from ita_analysis.errors import UnknownNameError
from ita_analysis.framework import codes, loader
from ita_analysis.scores import reading, template

CASES = [("1028", 2566), ("P001", 2566), ("P001", 2564), ("9901", 2567), ("1001", 2570), ("P039", 2566)]


def fill(path, typed=None, at=2):
    """Type into the form: into every row with a code, or what `typed` says per code."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    head = next(cells[0].row for cells in sheet.iter_rows() if cells[0].value == "รหัสข้อ")
    given = {}
    for cells in sheet.iter_rows(min_row=head + 1):
        code = cells[0].value
        if code and (typed is None or code in typed):
            cells[at].value = given[code] = round(40 + len(given) * 0.37, 2) if typed is None else typed[code]
    book.save(path)
    return given


def written(folder, agency, year):
    return template.write(template.find(agency), year, folder)


@pytest.mark.parametrize(("agency", "year"), CASES)
def test_a_filled_form_gives_exactly_what_was_typed_without_a_word(tmp_path, agency, year):
    path = written(tmp_path, agency, year)
    given = fill(path)
    found = reading.read([path])
    assert not found.problems and not found.notes
    assert dict(zip(found.frame["code"], found.frame["score"], strict=True)) == given
    assert set(found.frame["agency_code"]) == {agency} and set(found.frame["fiscal_year_be"]) == {year}
    assert found.frame["is_synthetic"].tolist() == [agency.startswith("99")] * len(given)


@pytest.mark.parametrize(("agency", "year"), CASES)
def test_the_form_holds_every_code_that_the_rules_list(agency, year):
    rules = loader.load(f"{template.find(agency).scheme}-{year}")
    shown = [line.code for line in template.lines(template.find(agency), year) if line.code]
    assert shown == sorted(shown, key=codes.order_key) and shown[0] == "total"
    if rules:
        assert set(rules.item) | set(rules.indicator) | set(rules.instrument) < set(shown)


@pytest.mark.parametrize(("agency", "year"), CASES)
def test_an_empty_form_says_that_nothing_is_filled_in(tmp_path, agency, year):
    found = reading.read([written(tmp_path, agency, year)])
    assert [problem.code for problem in found.problems] == ["form-empty"]
    assert not found.notes


@pytest.mark.parametrize(("agency", "year"), CASES)
def test_the_same_form_is_the_same_bytes(agency, year):
    first, second = (template.render(template.find(agency), year) for _ in range(2))
    assert first == second


def test_only_what_is_typed_counts_and_the_rest_stays_unknown(tmp_path):
    path = written(tmp_path, "1028", 2566)
    fill(path, {"I3": 95.86, "E12": "๘๑.๘๗"})
    found = reading.read([path])
    assert found.frame[["code", "score"]].values.tolist() == [["I3", 95.86], ["E12", 81.87]]
    assert len(found.notes) == 1 and "81.87" in found.notes[0]


def test_what_is_pasted_past_the_guards_is_checked(tmp_path):
    path = written(tmp_path, "1028", 2566)
    fill(path, {"I3": 8869, "I6": "=1+1", "I8": "x", "I9": 90})
    fill(path, {"I11": 45}, at=3)
    found = reading.read([path])
    assert sorted(problem.code for problem in found.problems) == [
        "cell-formula",
        "score-form",
        "score-form",
        "score-form",
    ]
    assert found.frame["code"].tolist() == ["I9"]
    assert all(problem.column.startswith("C ") for problem in found.problems)


def test_where_the_items_are_not_known_a_code_is_typed(tmp_path):
    path = written(tmp_path, "P001", 2566)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    head = next(cells[0].row for cells in sheet.iter_rows() if cells[0].value == "รหัสข้อ")
    blank = next(cells for cells in sheet.iter_rows(min_row=head + 1) if not cells[0].value)
    blank[0].value, blank[2].value = "E7", 88
    book.save(path)
    found = reading.read([path])
    assert not found.problems and not found.notes
    assert found.frame[["code", "score"]].values.tolist() == [["E7", 88]]


def test_the_form_guides_the_hand(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path, "P001", 2566)).active
    rules = {str(one.sqref): (one.type, one.formula1, one.formula2) for one in sheet.data_validations.dataValidation}
    assert ("decimal", "0", "100") in rules.values()
    assert sum(kind == "list" for kind, _, _ in rules.values()) == 2
    assert sheet.protection.sheet
    assert sheet.page_setup.paperSize == 9 and sheet.print_title_rows
    head = next(cells[0].row for cells in sheet.iter_rows() if cells[0].value == "รหัสข้อ")
    first = sheet[head + 1]
    assert [cell.protection.locked for cell in first[:5]] == [True, True, False, False, False]


def test_a_form_that_was_filled_in_is_never_written_over(tmp_path):
    path = written(tmp_path, "1028", 2566)
    assert written(tmp_path, "1028", 2566) == path
    fill(path, {"I3": 90})
    kept = path.read_bytes()
    other = written(tmp_path, "1028", 2566)
    assert other.name == "score-form-1028-2566-2.xlsx" and path.read_bytes() == kept
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [path.name[:-5] + "-2.xlsx", path.name]


def test_an_agency_is_found_by_name_and_an_unknown_one_gets_the_nearest():
    assert template.find("เขตสาทร").code == template.find(" 1028 ").code == "1028"
    with pytest.raises(UnknownNameError, match="สาทร"):
        template.find("สาธร")


def test_the_command_writes_the_form_and_says_where(tmp_path):
    done = ita("template", "--agency", "1028", "--year", "2566", "--output", tmp_path)
    path = tmp_path / "templates" / "score-form-1028-2566.xlsx"
    assert done.returncode == 0 and done.stdout.strip() == str(path)
    assert ita("check", path).returncode == 1
    fill(path)
    checked = ita("check", path)
    assert checked.returncode == 0 and not checked.stderr
    assert "86 แถว" not in checked.stdout or "1 หน่วยงาน" in checked.stdout


@pytest.mark.parametrize(("agency", "year", "code"), [("nobody", "2566", 1), ("1028", "2023", 2)])
def test_a_wish_that_cannot_be_met_is_one_sentence(tmp_path, agency, year, code):
    done = ita("template", "--agency", agency, "--year", year, "--output", tmp_path)
    assert done.returncode == code and "สิ่งที่ต้องทำ" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_the_machines_fault(tmp_path):
    (tmp_path / "templates").write_text("", encoding="utf-8")
    assert ita("template", "--agency", "1028", "--year", "2566", "--output", tmp_path).returncode == 4


def test_check_prints_the_problems_of_every_file_at_once(tmp_path):
    write_scores(tmp_path / "a.csv", [row("I1", "x"), row("I2", "y")])
    template.write(template.find("1028"), 2566, tmp_path)
    (tmp_path / "c.xlsx").write_bytes(b"PK")
    done = ita("check", tmp_path)
    assert done.returncode == 1
    assert len([line for line in done.stderr.splitlines() if "ต้องเป็น" in line]) == 4
