"""`ita import` writes whole folders, never over other work, takes decisions, and its page shows data as characters."""

from __future__ import annotations

import csv
import io
import json
import sys

import pytest

from ita_analysis import cli
from ita_analysis.errors import UnknownNameError, UsageError
from ita_analysis.measures.published import Asked, ReportError
from ita_analysis.run.importing import import_report

HEAD = "ประเด็นการประเมิน\tสิ่งที่ต้องปรับปรุง\tมาตรการ\tผลการดำเนินการ\tหลักฐาน"
REPORT = "\n".join(
    [
        "แบบวัด (IIT)",
        HEAD,
        "๑๕ ตอบเร็ว (91.25 คะแนน)\tช้า\t๑. ตั้งโต๊ะ ๒. ติดป้าย\t๑. ตั้งโต๊ะ ๓. ส่งจดหมาย\t ",
        "๑๖ ตอบครบ (90.15 คะแนน)\tขาด\t\t\t",
        "E3 <script>alert(1)</script>=cmd\u202e (88.00 คะแนน)\t=1+1\t๑. ทำ\t๑. ทำ\t",
    ]
)


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def table(folder, name):
    text = (folder / name).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def decided(tmp_path, *lines):
    path = tmp_path / "accept.csv"
    path.write_text("\n".join(["line,field,value,key", *lines]) + "\n", encoding="utf-8")
    return path


def test_the_tables_and_the_page_are_written_and_a_second_run_gives_the_same_bytes(report, tmp_path):
    done = import_report(report, tmp_path / "out", Asked())
    names = {path.name for path in done.folder.iterdir()}
    assert names == {"items.csv", "measures.csv", "records.csv", "review.html", "import.json"}
    before = {path.name: path.read_bytes() for path in done.folder.iterdir()}
    import_report(report, tmp_path / "out", Asked())
    assert {path.name: path.read_bytes() for path in done.folder.iterdir()} == before
    assert [row["code"] for row in table(done.folder, "items.csv")] == ["I15", "I16", "E3"]


def test_a_folder_of_another_document_or_of_hand_changed_tables_is_not_touched(report, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("ก", encoding="utf-8")
    with pytest.raises(UsageError):
        import_report(report, other, Asked())
    assert [path.name for path in other.iterdir()] == ["letter.txt"]
    folder = import_report(report, tmp_path / "out", Asked()).folder
    (folder / "items.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError):
        import_report(report, folder, Asked())
    assert (folder / "items.csv").read_text(encoding="utf-8") == "mine"


def test_what_a_person_put_into_the_folder_stays(report, tmp_path):
    folder = import_report(report, tmp_path / "out", Asked()).folder
    (folder / "accept.csv").write_text("line,field,value\n", encoding="utf-8")
    import_report(report, folder, Asked())
    assert (folder / "accept.csv").read_text(encoding="utf-8") == "line,field,value\n"


def test_a_refused_document_or_agency_writes_nothing(report, tmp_path):
    with pytest.raises(UnknownNameError):
        import_report(report, tmp_path / "out", Asked("0000"))
    report.write_text("จดหมาย", encoding="utf-8")
    with pytest.raises(ReportError):
        import_report(report, tmp_path / "out", Asked())
    assert not (tmp_path / "out").exists()


def test_decisions_are_taken_and_no_longer_doubted(report, tmp_path):
    first = import_report(report, tmp_path / "out", Asked())
    accept = decided(
        tmp_path,
        "3,code,I5,",
        "4,code,I6,",
        "3,score,91.52,I5",
        "3,result_relation,I5-r3,I5-2",
        "4,shared_with,I5 I6 E3,I5-1",
    )
    done = import_report(report, tmp_path / "out", Asked(), accept)
    items = {row["code"]: row for row in table(done.folder, "items.csv")}
    assert items["I5"]["score"] == "91.52" and "I6" in items
    rows = table(done.folder, "measures.csv")
    assert [row["result_th"] for row in rows if row["measure_id"] == "I5-2"] == ["ส่งจดหมาย"] * 2
    assert not [row for row in rows if row["measure_id"] == "I5-r3"]
    assert [row["item_code"] for row in rows if row["measure_id"] == "I5-1"] == ["I5", "I6", "E3"]
    assert sum(done.doubts.values()) < sum(first.doubts.values())
    assert not [
        doubt for doubt in done.read.doubts if doubt.field == "code" or (doubt.key, doubt.field) == ("I5", "score")
    ]


def test_every_line_that_the_page_offers_is_a_decision_that_settles_its_doubt(report, tmp_path):
    from ita_analysis.measures.published.decisions import line_for

    read = import_report(report, tmp_path / "out", Asked()).read
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["line", "field", "value", "key"])
    writer.writeheader()
    told = [doubt for doubt in read.doubts if doubt.field not in ("agency_code", "fiscal_year_be", "measure_th")]
    writer.writerows(
        {**line_for(doubt), "value": doubt.value or "-"} if doubt.field == "result_relation" else line_for(doubt)
        for doubt in told
    )
    accept = tmp_path / "accept.csv"
    accept.write_text(text.getvalue(), encoding="utf-8", newline="")
    after = import_report(report, tmp_path / "out", Asked(), accept).read
    left = after.doubts
    for name, rows in read.tables.items():
        said = [
            {key: text for key, text in row.items() if key not in ("confidence", "note", "score_doubt_th")}
            for row in rows
        ]
        assert [{key: row[key] for key in one} for one, row in zip(said, after.tables[name], strict=True)] == said
    assert {doubt.field for doubt in left} <= {"agency_code", "fiscal_year_be", "measure_th"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("99,score,90,", "decision-line"),
        ("3,colour,red,", "decision-field"),
        ("3,score,900,", "decision-value"),
        ("x,score,90,", "decision-line"),
        ("3,measure_th,ทำ,", "decision-which"),
        ("3,code,Z9,", "decision-value"),
    ],
)
def test_a_decision_that_does_not_fit_is_named_and_nothing_is_written(report, tmp_path, line, code):
    with pytest.raises(ReportError) as refused:
        import_report(report, tmp_path / "out", Asked(), decided(tmp_path, line))
    assert [one.code for one in refused.value.problems] == [code] and refused.value.problems[0].row == 2
    assert not (tmp_path / "out").exists()


def test_the_page_and_the_tables_never_run_what_a_report_says(report, tmp_path):
    folder = import_report(report, tmp_path / "out", Asked()).folder
    page = (folder / "review.html").read_text(encoding="utf-8")
    assert page.count("<script") == 1 and "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page and "[U+202E]" in page and "default-src &#39;none&#39;" not in page
    assert "default-src 'none'" in page and "http://" not in page and "https://" not in page
    assert table(folder, "items.csv")[2]["issue_th"] == "'=1+1"


def test_the_command_says_what_it_wrote_and_how_it_failed(report, tmp_path, monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["ita", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code

    assert run("import", report, "--output", tmp_path / "out", "--agency", "1028", "--year", "2566", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["rows"]["items"] == 3 and said["doubts"]["doubtful"] >= 1
    assert run("import", report, "--output", tmp_path / "out", "--year", "2023") == 2
    assert run("import", tmp_path / "none.txt", "--output", tmp_path / "new") == 1
    assert run("import", report, "--output", report) == 2
