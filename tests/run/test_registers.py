"""`ita register`: writes the workbook, takes a filled one in whole or not at all, and says what changes before it does."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "measures"))

from filling import fill, opened, saved
from photographs import jpeg

from ita_analysis.measures import register
from ita_analysis.run import pack

HERE = ("--agency", "1028", "--year", "2567")
ROWS = {
    ("items", "E12", "issue_th"): "เจ้าหน้าที่ไม่พร้อมช่วงพักเที่ยง",
    ("measures", "M001", "item_codes"): "E12",
    ("measures", "M001", "measure_th"): "จัดเวรพักเที่ยง",
    ("measures", "M001", "unit_th"): "ฝ่ายทะเบียน",
    ("measures", "M001", "due_date"): "31 มี.ค. 2567",
    ("results", "R001", "round"): 1,
    ("results", "R001", "measure_id"): "M001",
    ("results", "R001", "result_th"): "มีคำสั่งจัดเวรแล้ว",
    ("results", "R001", "done_date"): "15/2/2567",
    ("evidence", "E001", "result_ids"): "R001",
    ("evidence", "E001", "file"): "เวร.jpg",
    ("evidence", "E001", "caption_th"): "เจ้าหน้าที่ประจำจุดช่วงพักเที่ยง",
}


@pytest.fixture
def desk(ita_here, tmp_path):
    """The command on an empty folder of registers, with a workbook filled in beside its photograph."""

    def run(*more):
        return ita_here("register", *HERE, "--registers", tmp_path / "registers", "--output", tmp_path / "out", *more)

    assert run().returncode == 0
    workbook = tmp_path / "out" / "registers" / "1028-2567.xlsx"
    workbook.write_bytes(fill(workbook.read_bytes(), ROWS))
    (workbook.parent / "เวร.jpg").write_bytes(jpeg())
    return run, workbook, tmp_path / "registers" / "1028" / "2567"


def state(folder):
    """What lies in a folder: names, bytes, times."""
    return {
        path.relative_to(folder).as_posix(): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_workbook_has_the_weak_items_in_it_and_is_never_overwritten(ita_here, tmp_path):
    first = ita_here("register", *HERE, "--output", tmp_path, "--registers", tmp_path / "none")
    assert first.returncode == 0 and first.stdout.strip().endswith("registers/1028-2567.xlsx")
    sheet = opened(Path(first.stdout.strip()).read_bytes())["1 ข้อประเมิน"]
    assert [sheet.cell(row, 1).value for row in range(5, 11)] == ["E12", "I16", "E14", "E15", "I17", "E9"]
    assert {"O1-O22", "O23-O30"} <= {sheet.cell(row, 1).value for row in range(5, 40)}
    path = Path(first.stdout.strip())
    path.write_bytes(fill(path.read_bytes(), {("measures", "M001", "measure_th"): "ก"}))
    again = ita_here("register", *HERE, "--output", tmp_path, "--registers", tmp_path / "none")
    assert again.stdout.strip().endswith("1028-2567-2.xlsx")


def test_a_filled_workbook_is_taken_in_whole_and_twice_changes_nothing(desk):
    run, workbook, folder = desk
    done = run("--read", workbook)
    assert done.returncode == 0, done.stderr
    assert "แผ่น 2 มาตรการ · M001 · มาตรการหรือกิจกรรม: เพิ่ม 'จัดเวรพักเที่ยง'" in done.stdout and "ภาพใหม่: E001" in done.stdout
    made = register.load("1028", 2567, folder.parent.parent)
    assert len(made.items) == 29 and made.items_of(made.results[0]) == ("E12",)
    assert made.evidence[0].evidence_date.isoformat() == "2024-02-15"
    before = state(folder)
    assert "evidence" in " ".join(before) and not (folder.parent / ".staging").exists()
    again = run("--read", workbook)
    assert again.returncode == 0 and again.stdout.strip() == "ไม่มีอะไรเปลี่ยน" and state(folder) == before
    (workbook.parent / "เวร.jpg").unlink()
    assert run("--read", workbook).stdout.strip() == "ไม่มีอะไรเปลี่ยน" and state(folder) == before


def test_a_value_is_replaced_only_when_accepted(desk):
    run, workbook, folder = desk
    assert run("--read", workbook).returncode == 0
    before = state(folder)
    workbook.write_bytes(fill(workbook.read_bytes(), {("measures", "M001", "measure_th"): "เปิดบริการต่อเนื่อง"}))
    # the workbook still holds its first base, where the cell was empty: both sides changed it
    refused = run("--read", workbook)
    assert refused.returncode == 1 and "เปิดบริการต่อเนื่อง" in refused.stderr and "จัดเวรพักเที่ยง" in refused.stderr
    newer = Path(run().stdout.strip())
    newer.write_bytes(fill(newer.read_bytes(), {("measures", "M001", "measure_th"): "เปิดบริการต่อเนื่อง"}))
    shown = run("--read", newer)
    assert (
        shown.returncode == 1 and "แทน 'จัดเวรพักเที่ยง' ด้วย 'เปิดบริการต่อเนื่อง'" in shown.stdout and state(folder) == before
    )
    assert run("--read", newer, "--accept").returncode == 0
    assert register.load("1028", 2567, folder.parent.parent).measures[0].measure_th == "เปิดบริการต่อเนื่อง"


def test_every_fault_is_said_at_once_and_nothing_is_taken_in(desk):
    run, workbook, folder = desk
    wrong = {
        ("measures", "M002", "measure_th"): "ข",
        ("measures", "M002", "item_codes"): "E99",
        ("measures", "M003", "measure_th"): "ค",
        ("measures", "M003", "item_codes"): "O43",
        ("measures", "M001", "due_date"): "1 ต.ค. 2567",
        ("results", "R002", "result_th"): "ผลก่อนมาตรการ",
        ("results", "R002", "measure_id"): "M044",
        ("results", "R002", "round"): 2,
        ("evidence", "E001", "file"): "../ลับ.jpg",
        ("evidence", "E002", "file"): "ไม่มี.jpg",
        ("evidence", "E002", "result_ids"): "R009",
    }
    workbook.write_bytes(fill(workbook.read_bytes(), wrong))
    done = run("--read", workbook, "--json")
    assert done.returncode == 1 and not folder.exists()
    found = {(one["code"], one["sheet"], one["row"]) for one in json.loads(done.stdout)["problems"]}
    assert found == {
        ("item-unknown", "2 มาตรการ", 6),
        ("item-other-scheme", "2 มาตรการ", 7),
        ("date-year", "2 มาตรการ", 5),
        ("result-before-measure", "3 ผลการดำเนินงาน", 6),
        ("file-outside", "4 หลักฐาน", 5),
        ("file-missing", "4 หลักฐาน", 6),
        ("key-unknown", "4 หลักฐาน", 6),
    }
    assert all(one["file"].endswith("1028-2567.xlsx") and one["column"] for one in json.loads(done.stdout)["problems"])


def test_a_workbook_of_another_agency_or_year_is_refused(desk, ita_here, tmp_path):
    _, workbook, _ = desk
    common = ("--read", workbook, "--registers", tmp_path / "registers")
    other = ita_here("register", "--agency", "9901", "--year", "2567", *common)
    assert other.returncode == 1 and "1028 2567" in other.stderr and "9901 2567" in other.stderr


def test_files_that_are_no_workbook_are_refused(desk, tmp_path):
    run, workbook, folder = desk
    odd = tmp_path / "odd.xlsx"
    odd.write_bytes(workbook.read_bytes()[:3000])
    assert "เสียหาย" in run("--read", odd).stderr
    odd.write_bytes(b"PK\x03\x04")
    assert run("--read", odd).returncode == 1
    assert run("--read", tmp_path / "none.xlsx").returncode == 1
    book = opened(workbook.read_bytes())
    del book["_ita"]
    odd.write_bytes(saved(book))
    assert "ไม่ใช่ทะเบียน" in run("--read", odd).stderr and not folder.exists()


def test_what_else_lies_in_the_folder_stays(desk):
    run, workbook, folder = desk
    assert run("--read", workbook).returncode == 0
    (folder / "ของฉัน.txt").write_text("บันทึก", encoding="utf-8")
    newer = Path(run().stdout.strip())
    newer.write_bytes(fill(newer.read_bytes(), {("notes", "N001", "about"): "M001", ("notes", "N001", "note_th"): "ก"}))
    assert run("--read", newer).returncode == 0
    assert (folder / "ของฉัน.txt").read_text(encoding="utf-8") == "บันทึก"
    assert len(register.load("1028", 2567, folder.parent.parent).notes) == 1


def test_a_stop_at_putting_the_tables_in_place_leaves_the_older_ones(desk, monkeypatch):
    run, workbook, folder = desk
    assert run("--read", workbook).returncode == 0
    before = state(folder)
    newer = Path(run().stdout.strip())
    newer.write_bytes(fill(newer.read_bytes(), {("notes", "N001", "about"): "M001", ("notes", "N001", "note_th"): "ก"}))
    real = pack._write

    def full(path, data):
        if path.name == "results.csv":
            raise OSError(28, "No space left on device")
        real(path, data)

    monkeypatch.setattr(pack, "_write", full)
    done = run("--read", newer)
    assert done.returncode == 4 and "No space left" in done.stderr and state(folder) == before
    assert not (folder.parent / ".staging").exists()


def test_damaged_tables_stop_the_taking_in(desk):
    run, workbook, folder = desk
    assert run("--read", workbook).returncode == 0
    (folder / "results.csv").write_bytes(b"\xff\xfe")
    done = run("--read", workbook)
    assert done.returncode == 1 and "results.csv" in done.stderr
    assert (folder / "results.csv").read_bytes() == b"\xff\xfe"


def test_a_lost_picture_is_said(desk):
    run, workbook, folder = desk
    assert run("--read", workbook).returncode == 0
    for path in (folder / "evidence").glob("*.jpg"):
        path.unlink()
    done = run("--read", workbook)
    assert done.returncode == 1 and "ไม่มีภาพ" in done.stderr


def test_a_picture_that_was_changed_is_said(desk):
    run, workbook, folder = desk
    assert run("--read", workbook).returncode == 0
    kept = next(path for path in (folder / "evidence").glob("*.jpg") if not path.stem.endswith("-s"))
    kept.write_bytes(jpeg(mark=7))
    done = run("--read", workbook)
    assert done.returncode == 1 and "ถูกแก้หลังรับเข้า" in done.stderr


def imported(folder):
    """A published report as tables: one item, a merged block of two measures, a figure and its whole."""
    folder.mkdir()
    tables = {
        "items.csv": [["item_code", "item_text_th", "score", "issue_th", "note"], ["E12", "ข้อความ", "81.87", "ประเด็น", ""]],
        "measures.csv": [
            ["item_code", "measure_no", "measure_th", "result_no", "result_th", "status", "evidence_kind", "measure_id", "evidence_line", "note"],
            ["E11", "1", "แผนหนึ่ง", "1", "ผลหนึ่ง", "done", "table;picture", "E11-1", "170", ""],
            ["E12", "1", "แผนหนึ่ง", "1", "ผลหนึ่ง", "done", "table;picture", "E11-1", "170", ""],
            ["E11", "2", "แผนสอง", "", "", "not reported", "none shown", "E11-2", "", "ไม่มีผล"],
            ["E12", "", "", "3", "ผลนอกแผน", "done", "table;picture", "E11-r3", "170", ""],
        ],
        "records.csv": [
            ["record_id", "record_type", "subject_th", "value", "unit", "related_item", "date_iso", "date_printed"],
            ["k-1", "kpi", "คำขอออนไลน์", "75", "requests", "E13", "", ""],
            ["k-2", "kpi", "คำขอทั้งหมด", "1042", "requests", "E13", "", ""],
            ["k-3", "kpi_derived", "ร้อยละ", "7.20", "percent", "E13", "", ""],
        ],
    }  # fmt: skip
    for name, lines in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(lines)
    return folder


def test_the_tables_of_a_published_report_become_a_register(ita_here, tmp_path):
    common = ("register", *HERE, "--registers", tmp_path / "registers", "--from", imported(tmp_path / "report"))
    done = ita_here(*common)
    assert done.returncode == 0, done.stderr
    made = register.load("1028", 2567, tmp_path / "registers")
    assert [(one.measure_id, one.item_codes) for one in made.measures] == [
        ("E11-1", ("E11", "E12")),
        ("E11-2", ("E11",)),
    ]
    assert [(one.result_id, one.measure_id, one.item_codes, one.state) for one in made.results] == [
        ("R001", "E11-1", (), "ทำครบ"),
        ("E11-r3", "", ("E12",), "ทำครบ"),
    ]
    assert {(one.kind, one.basis, one.scope, one.result_ids) for one in made.evidence} == {
        (kind, "printed", "block", ("R001", "E11-r3")) for kind in ("ตาราง", "ภาพ")
    }
    assert [(one.record_id, str(one.value), str(one.of_value)) for one in made.records][0] == ("k-1", "75", "1042")
    assert made.notes[0].about == "E11-2" and made.item["E12"].issue_th == "ประเด็น"
    assert ita_here(*common).stdout.strip() == "ไม่มีอะไรเปลี่ยน"


def test_last_years_measure_stands_in_the_workbook_where_items_compare(ita_here, tmp_path):
    common = ("register", "--agency", "9901", "--registers", tmp_path / "registers", "--output", tmp_path)
    first = Path(ita_here(*common, "--year", "2567").stdout.strip())
    code = opened(first.read_bytes())["1 ข้อประเมิน"]["A5"].value
    typed = {("measures", "M001", "measure_th"): "มาตรการของปีก่อน"} | {
        ("measures", "M001", "item_codes"): " ".join(f"I{n}" for n in range(1, 10))
    }
    first.write_bytes(fill(first.read_bytes(), typed))
    assert ita_here(*common, "--year", "2567", "--read", first).returncode == 0
    second = Path(ita_here(*common, "--year", "2568").stdout.strip())
    sheet = opened(second.read_bytes())["1 ข้อประเมิน"]
    rows = {sheet.cell(row, 1).value: (sheet.cell(row, 8).value, sheet.cell(row, 10).value) for row in range(5, 80)}
    named = {item: said for item, said in rows.items() if said[0]}
    assert code and named and all(said == ("M001", "M001 มาตรการของปีก่อน") for said in named.values())


def test_the_year_of_measures_stands_on_the_scores_of_the_year_before(ita_here, tmp_path):
    done = ita_here("register", "--agency", "1028", "--year", "2566", "--output", tmp_path)
    assert done.returncode == 1 and "2565" in done.stderr
    done = ita_here("register", "--agency", "1028", "--year", "2024", "--output", tmp_path)
    assert done.returncode == 2 and "2567" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="POSIX links")
def test_a_link_in_the_registers_folder_is_not_followed(desk, tmp_path):
    run, workbook, folder = desk
    assert run("--read", workbook).returncode == 0
    secret = tmp_path / "secret.txt"
    secret.write_text("x", encoding="utf-8")
    (folder / "note.txt").symlink_to(secret)
    newer = Path(run().stdout.strip())
    newer.write_bytes(fill(newer.read_bytes(), {("notes", "N001", "about"): "M001", ("notes", "N001", "note_th"): "ก"}))
    done = run("--read", newer)
    assert done.returncode == 1 and "ลิงก์" in done.stderr and (folder / "note.txt").is_symlink()


def test_check_knows_a_register_and_says_what_taking_in_would_say(desk, ita_here):
    run, workbook, folder = desk
    done = ita_here("check", workbook)
    assert done.returncode == 0 and done.stdout.strip() == (
        "ทะเบียนมาตรการของ 1028 ปี 2567: 1 มาตรการ · 1 ผล · 1 หลักฐาน · 0 ข้อมูลประกอบ"
    )
    assert run("--read", workbook).returncode == 0
    both = ita_here("check", folder, workbook, Path("data/published/sathon-2566.csv").absolute())
    assert both.returncode == 0 and len(both.stdout.strip().splitlines()) == 3
    workbook.write_bytes(fill(workbook.read_bytes(), {("measures", "M001", "item_codes"): "E99"}))
    (workbook.parent / "เวร.jpg").unlink()
    wrong = ita_here("check", workbook, "--json")
    assert wrong.returncode == 1
    assert sorted(one["code"] for one in json.loads(wrong.stdout)["problems"]) == ["file-missing", "item-unknown"]


def test_check_finds_addresses_that_are_doubled_or_none(desk, ita_here):
    _, workbook, _ = desk
    rows = {
        ("documents", f"D00{n}", name): text
        for n in (1, 2)
        for name, text in (("item_codes", "O5"), ("document_th", "ก"))
    }
    addresses = {
        ("documents", "D001", "url"): "https://sathon.go.th/a",
        ("documents", "D002", "url"): "https://sathon.go.th/a/",
    }
    workbook.write_bytes(fill(workbook.read_bytes(), {**rows, **addresses}))
    assert [one["code"] for one in json.loads(ita_here("check", workbook, "--json").stdout)["problems"]] == [
        "url-twice"
    ]
    workbook.write_bytes(fill(workbook.read_bytes(), {("documents", "D002", "url"): "www.sathon.go.th"}))
    assert [one["code"] for one in json.loads(ita_here("check", workbook, "--json").stdout)["problems"]] == ["url-form"]


def test_while_someone_else_takes_in_nothing_is_written(desk, ita_here):
    from ita_analysis.run import lock

    run, workbook, folder = desk
    with lock.held(folder.parent):
        done = run("--read", workbook)
    assert done.returncode == 4 and not folder.exists()
    assert run("--read", workbook).returncode == 0 and folder.exists()
