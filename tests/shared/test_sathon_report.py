"""The official report of the real register, read back from Word and PDF: every item, measure, result and record once."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import docx
import pytest

from ita_analysis.brief.digits import thai_text
from ita_analysis.brief.progress.facts import collect
from ita_analysis.measures.ranges import item_order
from ita_analysis.run.brief import Request, make_brief
from ita_analysis.run.register_desk import Request as Desk
from ita_analysis.run.registers import take_imported
from ita_analysis.run.tasks import Options

PROJECT = Path(__file__).resolve().parents[2]
SATHON = PROJECT.parent / "shared" / "domain" / "sathon"

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("registers")
    assert take_imported(Desk("1028", 2567, registers=folder), SATHON, 1).is_written
    return folder


@pytest.fixture(scope="module")
def pack(home, tmp_path_factory):
    asked = Request("1028", Options(2567, round=1, registers=home), tmp_path_factory.mktemp("out"))
    return make_brief(asked, lambda text: None).folder


@pytest.fixture(scope="module")
def facts(home):
    return collect("1028", 2567, 1, registers=str(home))


def squeezed(text):
    return re.sub(r"[\s\u200b]", "", text)


def rows(name):
    with (SATHON / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def blocks_of_word(pack):
    """Return the official table as blocks: per block the items with their texts, and the measures and results in order."""
    document = docx.Document(io.BytesIO((pack / "report.docx").read_bytes()))
    table = max(document.tables, key=lambda one: len(one.rows))
    found, seen = [], set()
    for number, line in enumerate(table.rows):
        cells = [(one._tc, squeezed(one.text)) for one in line.cells]
        if number == 0:
            continue
        if len({tc for tc, _ in cells}) == 1:
            found.append(
                {"heading": cells[0][1], "items": [], "issues": [], "measures": [], "results": [], "evidence": []}
            )
            continue
        names = ("items", "issues", "measures", "results", "evidence")
        for name, (tc, text) in zip(names, cells, strict=True):
            if text and tc not in seen:
                found[-1][name].append(text)
            seen.add(tc)
    return found


def in_thai(text):
    return squeezed(thai_text(text))


def test_word_holds_every_item_once_with_score_and_issue(pack, facts):
    groups = blocks_of_word(pack)
    items = [text for group in groups for text in group["items"]]
    assert len(items) == len(facts.items) == 29
    for item, shown in zip(facts.items, items, strict=True):
        assert shown.startswith(in_thai(f"{item.item_code} ({item.score:.2f} คะแนน)")), item.item_code
        assert in_thai(item.item_text_th) in shown
    issues = "".join(text for group in groups for text in group["issues"])
    for row in rows("items.csv"):
        assert in_thai(row["issue_th"]) in issues, row["item_code"]


def test_word_holds_every_measure_and_result_in_its_block_and_order(pack, facts):
    groups = blocks_of_word(pack)
    plans = [text for group in groups for text in group["measures"]]
    told = [text for group in groups for text in group["results"]]
    register = facts.register
    order = {item.item_code: place for place, item in enumerate(facts.items)}
    measures = sorted(register.measures, key=lambda one: (min(order[code] for code in one.item_codes), one.position))
    at = 0
    for one in measures:
        wanted = in_thai(one.measure_th)
        place = next((number for number in range(at, len(plans)) if wanted in plans[number]), None)
        assert place is not None, one.measure_id
        at = place + 1
    planned = [text for text in plans if "มาตรการชุดนี้ใช้ร่วมกัน" not in text and text != "ไม่มีในแผน"]
    assert len(planned) == len(measures) == 44
    results = sorted(register.results, key=lambda one: one.position)
    at = 0
    for one in results:
        wanted = in_thai(one.result_th)
        place = next((number for number in range(at, len(told)) if wanted in told[number]), None)
        assert place is not None, one.result_id
        at = place + 1
    assert len(told) == len(register.results) + 2  # and the two measures without a result
    assert Counter("คัดคำจากแผน" in text for text in told)[True] == 12


@pytest.mark.parametrize("reader", ["pdftotext", "pdfium", "libreoffice"])
def test_paper_holds_the_same(reader, pack, facts, tmp_path):
    shown = squeezed(text_of(reader, pack, tmp_path))
    if reader == "libreoffice":
        shown = thai_text(shown) if "๒๕๖๗" not in shown else shown
    register = facts.register
    lost = [one.measure_id for one in register.measures if not stands(in_thai(one.measure_th), shown)]
    lost += [one.result_id for one in register.results if not stands(in_thai(one.result_th), shown)]
    lost += [one.item_code for one in register.items if not stands(in_thai(one.item_text_th), shown)]
    lost += [one.item_code for one in register.items if not stands(in_thai(one.issue_th), shown)]
    assert not lost


def text_of(reader, pack, folder):
    if reader == "pdfium":
        import pypdfium2

        document = pypdfium2.PdfDocument((pack / "report.pdf").read_bytes())
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    pdf = pack / "report.pdf"
    if reader == "libreoffice":
        profile = (folder / "profile").as_uri()
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
        command += ["--outdir", str(folder), str(pack / "report.docx")]
        subprocess.run(command, check=True, capture_output=True, timeout=300, env={**os.environ, "HOME": str(folder)})
        pdf = folder / "report.pdf"
    done = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], check=True, capture_output=True)
    return done.stdout.decode("utf-8")


def stands(wanted, shown):
    """Return whether a text stands there whole, or in two parts around the end of a page."""
    if wanted in shown:
        return True
    return any(shown.find(wanted[:cut]) >= 0 and shown.find(wanted[cut:]) >= 0 for cut in range(8, len(wanted) - 8))


def test_every_record_stands_once_under_its_kind(pack, facts):
    document = docx.Document(io.BytesIO((pack / "report.docx").read_bytes()))
    cells = [squeezed(cell.text) for table in document.tables for row in table.rows for cell in row.cells]
    for record in facts.register.records:
        assert any(in_thai(record.subject_th) in text for text in cells), record.record_id
    months = [row for row in rows("satisfaction.csv") if row.get("respondents")]
    assert months
    assert any(in_thai("13,492") in text for text in cells)


def test_the_directors_page_says_what_the_readme_says(pack, facts):
    from ita_analysis.brief.progress.points import points

    said = [" ".join([one.said, one.detail, one.figure, one.unit]) for one in points(facts).points]
    for sentence, wanted in zip(
        said,
        (
            ("6 จาก 27", "E12 81.87", "E9 88.69", "100"),
            ("เจ้าหน้าที่ตอบ 2", "ประชาชนตอบ 4", "I16", "I17", "E12", "E14", "E15", "E9"),
            ("ทุกข้อที่อ่อนมีมาตรการ", "E12 มีผลตรงตามแผน 1 ใน 4", "E14 มีผลตรงตามแผน 1 ใน 2", "12 จาก 42"),
            ("13,492", "4.84", "กุมภาพันธ์ 4.61", "75 จาก 1,042", "7.2"),
            ("E12 และ I16", "E10 (90.25)", "13 ข้อ"),
        ),
        strict=True,
    ):
        assert all(part in sentence for part in wanted), sentence
    assert sorted(facts.register.item, key=item_order) == [item.item_code for item in facts.items]
