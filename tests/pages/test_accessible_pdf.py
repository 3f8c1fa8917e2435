"""A screen reader, an archive and a busy reader get what they need from every PDF."""

import re

import outloud
import pypdfium2
import pytest
from export.reading import figures

from pages.packs import MEANINGS

pytestmark = pytest.mark.pages
FALSE_ALARMS = {
    "FIG-012",  # takes an alternative text in Thai for something that is no language
    "TBL-014",  # takes the rows of a chart, which is a figure with its alternative text, for an untagged table
}
OF_SHARED_CELLS = {  # of the official table alone
    "TBL-004",  # takes rows below two cells that reach over several rows for rows of another length
    "TBL-010",  # takes the heads of indicators, which are repeated on each page, for heads in the middle
    "ORD-001",  # a cell over several rows is painted after them; the tags, which are read out, stand in the rows' order
}
LEVEL = re.compile(rb"<pdfuaid:part>1</pdfuaid:part>|pdfuaid:part=\"1\"")
ARCHIVE = re.compile(rb"<pdfaid:part>2</pdfaid:part>|pdfaid:part=\"2\"")
CONFORMANCE = re.compile(rb"<pdfaid:conformance>A</pdfaid:conformance>|pdfaid:conformance=\"A\"")


def test_claims_language_title_and_tags(packs, count):
    pages = 0
    for pack in packs:
        raw = pack.pdf.read_bytes()
        for claim in (LEVEL, ARCHIVE, CONFORMANCE):
            assert claim.search(raw), f"{pack.label}: {claim.pattern!r}"
        assert re.search(rb"/Lang\s*\(th", raw)
        assert re.search(rb"/MarkInfo\s*<<[^>]*/Marked\s+true", raw)
        assert re.search(rb"/DisplayDocTitle\s+true", raw)
        read = pypdfium2.PdfDocument(raw)
        assert read.get_metadata_value("Title") == pack.cover["running_head"]
        assert read.is_tagged()
        pages += len(read)
    count(packs=len(packs), pages=pages)


def test_bookmarks_are_the_headings(packs, count):
    marks = 0
    for pack in packs:
        read = pypdfium2.PdfDocument(pack.pdf.read_bytes())
        found = [bookmark.get_title() for bookmark in read.get_toc(max_depth=9)]
        wanted = [pack.cover["title"]]
        wanted += [block["title"] for block in pack.blocks if block["kind"] != "cover" and block.get("title")]
        assert found == wanted, pack.label
        marks += len(found)
    count(bookmarks=marks)


def test_every_figure_has_its_own_alternative_text(packs, count):
    total = 0
    for pack in packs:
        found = figures(pack.pdf.read_bytes())
        own = [alt for alt in found if alt not in MEANINGS]  # a mark of proof says the same wherever it stands
        assert sorted(own) == sorted(pack.described), pack.label
        assert len(found) - len(own) == pack.marks, pack.label
        assert len({chart["alt"] for chart in pack.charts}) == len(pack.charts)
        assert all(len(alt) >= 20 for alt in own)
        total += len(found)
    count(figures=total)


def test_an_independent_checker_finds_no_error(packs, count):
    elements, alarms = 0, []
    for pack in packs:
        result = outloud.check(str(pack.pdf))
        assert result.error is None
        elements += result.stats["elements"]
        for finding in result.findings:
            if finding.rule in FALSE_ALARMS or (pack.name == "report" and finding.rule in OF_SHARED_CELLS):
                continue
            assert finding.severity != "error", f"{pack.label}: {finding.rule} {finding.message}"
            if finding.rule not in FALSE_ALARMS:
                alarms.append(f"{finding.rule} {finding.message}")
    count(f"warnings {sorted(set(alarms)) or 'none'}", packs=len(packs), elements=elements)
    assert not alarms
