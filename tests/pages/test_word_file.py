"""The Word file as an office sees it: LibreOffice makes its pages, and they hold what the document says.

The pages are set in Sarabun under the name of TH SarabunPSK, as small as that face is; it lies in a home folder of these
tests alone.
"""

import os
import subprocess

import pypdfium2
import pytest
from export.reading import page_texts, squeezed, stands_in
from export.reports import HEADS, cover, official, said, shared, summary
from export.samples import HOSTILE, LONG, document, png
from export.test_word import ORDER, RUNNING
from fontTools.ttLib import TTFont

from ita_analysis.brief.blocks import OfficialCell, Photo
from ita_analysis.export import word
from ita_analysis.export.document import Document
from ita_analysis.thai.fonts import stock_font
from ita_analysis.thai.text import printable
from pages.conftest import tool

pytestmark = pytest.mark.pages
FACE, SMALLER = "TH SarabunPSK", 1.42  # the office face, and how much smaller its letters are than those of Sarabun
ASCENT, DESCENT = 0.85, 0.28  # of its size


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Return a home folder with the office face: Sarabun by another name and size."""
    folder = tmp_path_factory.mktemp("home")
    (folder / ".fonts").mkdir()
    for style in ("Regular", "Bold"):
        face = TTFont(stock_font(style))
        size = round(face["head"].unitsPerEm * SMALLER)
        face["head"].unitsPerEm = size
        face["hhea"].ascent = face["OS/2"].sTypoAscender = face["OS/2"].usWinAscent = round(size * ASCENT)
        face["hhea"].descent = face["OS/2"].sTypoDescender = -round(size * DESCENT)
        face["OS/2"].usWinDescent = round(size * DESCENT)
        for record in face["name"].names:
            if record.nameID in (1, 16):
                record.string = FACE
        face.save(folder / ".fonts" / f"{style}.ttf")
    return folder


@pytest.fixture
def printed(home, tmp_path):
    """Return what turns a document into Word and that into the bytes of a PDF."""

    def pages(made):
        (tmp_path / "report.docx").write_bytes(word.render(made))
        command = [tool("soffice", "libreoffice"), f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "report.docx")]
        done = subprocess.run(
            command,
            env={**os.environ, "HOME": str(home)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )
        assert (tmp_path / "report.pdf").is_file(), f"{done.stdout}{done.stderr}: .ci/run installs what this needs"
        return (tmp_path / "report.pdf").read_bytes()

    return pages


def filled(payload):
    given = {}

    def text(name):
        given[name] = f"[{name}]{payload}"
        return given[name]

    return given, document(text)


@pytest.mark.parametrize("name", ["plain", "markup", "templates", "formulas"])
def test_every_text_of_every_block_stands_on_the_pages(printed, name, count):
    given, made = filled(HOSTILE.get(name, " ข้อความทดสอบของสำนักงานเขต E12 89.47"))
    shown = squeezed("".join(page_texts(printed(made))))
    for field in (*ORDER, *RUNNING):
        assert stands_in(squeezed(printable(given[field])), shown, 1), field
    count(texts=len(ORDER))


def test_the_last_word_of_the_longest_cell_is_not_lost(printed, count):
    long = LONG["whole"] + "สุดท้าย"
    grid = ((said("E1"), said(""), said(long[-32_767:]), said(""), said("")),)
    pages = page_texts(printed(Document(cover(orientation="landscape"), (official(grid),), True)))
    assert "สุดท้าย" in squeezed(pages[-1])
    shown = squeezed("".join(pages))
    for letter in set(squeezed(long)):
        assert shown.count(letter) >= squeezed(long[-32_767:]).count(letter)
    count(pages=len(pages))


def report():
    photo = Photo(large=png(600, 400), alt="ภาพป้าย", caption="ป้ายหน้าห้อง 5 มกราคม 2567")
    shown = ((said("E20"), said("ประเด็น"), said("มาตรการ"), said("ผล"), OfficialCell(photos=(photo, photo))),)
    table = official(*(shared(f"-{number:02}") for number in range(20)), shown, note="หมายเหตุท้ายตาราง")
    look = {"orientation": "landscape", "form": "page", "digits": "thai", "badge": "เขตสาทร"}
    return Document(cover(**look), (*summary(), table), True)


def test_the_report_has_a_cover_one_page_for_the_director_and_one_table(printed, count):
    made = printed(report())
    pages = [squeezed(text) for text in page_texts(made)]
    assert len(pages) > 5
    assert "รายงานผล" in pages[0] and "หนึ่งหน้า" not in pages[0]
    for text in ("หนึ่งหน้า", "(มีหลักฐาน)เครื่องหมายproven", "ผู้รายงาน", "ผู้รับรอง"):
        assert text in pages[1]
    assert all("".join(HEADS) in page for page in pages[2:])
    assert not any("".join(HEADS) in page for page in pages[:2])
    whole = "".join(pages[2:])
    for number in range(20):
        for text in (f"E11-{number:02}", f"E12-{number:02}", f"ม1-{number:02}", f"ผ1-{number:02}"):
            assert whole.count(text) == 1, text
    assert "หมายเหตุท้ายตาราง" in pages[-1]
    for number, page in enumerate(pages, start=1):
        assert f"หน้า{number}จาก{len(pages)}" in page
        assert ("รายงานผลรอบ6เดือน" in page) == (number > 1)
    count(pages=len(pages))


def test_a_short_row_is_never_cut_by_a_pages_end(printed, count):
    rows = 40

    def row(number):
        return (
            said("E1"),
            said("ประเด็น"),
            said(f"ต้น-{number:02} {'ทดสอบ ' * 35}ปลาย-{number:02}"),
            said("ผล"),
            said(""),
        )

    made = printed(Document(cover(orientation="landscape"), (official(tuple(map(row, range(rows)))),), True))
    pages = [squeezed(text) for text in page_texts(made)]
    assert len(pages) > 4
    for number in range(rows):
        (page,) = [page for page in pages if f"ต้น-{number:02}" in page]
        assert f"ปลาย-{number:02}" in page
    count(rows=rows, pages=len(pages))


def test_nothing_leaves_the_margins(printed, count):
    letters = 0
    for page in pypdfium2.PdfDocument(printed(report())):
        width, _ = page.get_size()
        text = page.get_textpage()
        for at in range(text.count_chars()):
            left, _, right, _ = text.get_charbox(at)
            letters += right > left
            assert right <= left or (left >= 41 and right <= width - 41), text.get_text_range(at, 1)
    count(letters=letters)
