"""The sheet of a Word file: paper, running head and footer with page numbers, styles, and what the file says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.shared import Mm

from ita_analysis.brief.blocks import Cover
from ita_analysis.export.fitting import LANDSCAPE_WIDTH, PAGE_WIDTH
from ita_analysis.export.print_data import LONGEST_FOOTER, LONGEST_RUNNING
from ita_analysis.export.word_markup import dxa, element, paragraph, run
from ita_analysis.export.word_pictures import Pictures
from ita_analysis.export.words import say
from ita_analysis.thai.digits import to_thai_digits
from ita_analysis.thai.text import printable

LONG_SIDE, SHORT_SIDE = 297.0, 210.0  # millimetres of A4
TOP, BOTTOM = 22.0, 18.0  # millimetres between the page's edges and its text
EDGE = 11.0  # millimetres between the page's edges and running head or footer
LONGEST_PROPERTY = 250  # letters of a property of the file
LEFT_OUT = ("thumbnail", "extended-properties", "customXml", "stylesWithEffects", "webSettings", "fontTable", "theme")


@dataclass(frozen=True)
class Paper:
    """A Word file on its way: where text goes, `room` millimetres wide, and how it counts."""

    word: WordDocument
    room: float
    thai_digits: bool
    pictures: Pictures

    def number(self, number: int) -> str:
        """Return a number in the document's digits."""
        return to_thai_digits(str(number)) if self.thai_digits else str(number)


def new_paper(cover: Cover) -> Paper:
    """Return an empty Word file that carries what every page of `cover` carries."""
    word = new_document()
    _set_parts(word)
    _set_properties(word, cover)
    is_wide = cover.orientation == "landscape"
    room = LANDSCAPE_WIDTH if is_wide else PAGE_WIDTH
    high = SHORT_SIDE if is_wide else LONG_SIDE
    _set_section(word, is_wide, room)
    _set_page_numbers(word, cover)
    _set_running_texts(word, cover, room)
    return Paper(word, room, cover.digits == "thai", Pictures(word.part, high - TOP - BOTTOM))


def _set_parts(word: WordDocument) -> None:
    """Give the file our styles, list and settings, and take out what the blank file of the library brings along."""
    for target, name in (
        (word.styles.element, "styles"),
        (word.part.numbering_part.element, "numbering"),
        (word.settings.element, "settings"),
    ):
        target[:] = list(parse_xml(_ours(name)))
    for relations in (word.part.package.rels, word.part.rels):
        for name, relation in list(relations.items()):
            if relation.reltype.rpartition("/")[2] in LEFT_OUT:
                del relations[name]
    fonts = Part(PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE, _ours("fontTable"))
    word.part.relate_to(fonts, RELATIONSHIP_TYPE.FONT_TABLE)


def _ours(name: str) -> bytes:
    return (files("ita_analysis.export") / "templates" / "word" / f"{name}.xml").read_bytes()


def _set_properties(word: WordDocument, cover: Cover) -> None:
    properties = word.part.package.part_related_by(RELATIONSHIP_TYPE.CORE_PROPERTIES).element
    properties[:] = []
    written = word.core_properties
    day = datetime.fromisoformat(cover.document_date).replace(tzinfo=UTC)
    written.title = _cut(printable(_title(cover)), LONGEST_PROPERTY)
    written.language = "th-TH"
    written.keywords = "ITA"
    written.created = written.modified = day


def _title(cover: Cover) -> str:
    return cover.running_head.strip() or cover.title.strip() or str(say("document.title"))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _set_section(word: WordDocument, is_wide: bool, room: float) -> None:
    section = word.sections[0]
    wide, high = (LONG_SIDE, SHORT_SIDE) if is_wide else (SHORT_SIDE, LONG_SIDE)
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(wide), Mm(high)
    section.left_margin = section.right_margin = Mm((wide - room) / 2)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.header_distance = section.footer_distance = Mm(EDGE)


def _set_page_numbers(word: WordDocument, cover: Cover) -> None:
    """Count pages in the document's digits; lines stand as high as their letters, not on a grid."""
    properties = word.element.body[-1]
    for child in list(properties):
        if child.tag.endswith("}docGrid"):
            properties.remove(child)
        elif child.tag.endswith("}cols") and cover.digits == "thai":
            child.addprevious(element("pgNumType", fmt="thaiNumbers"))


def _set_running_texts(word: WordDocument, cover: Cover, room: float) -> None:
    """Write the running head of every page but the first, and the footer of all."""
    section = word.sections[0]
    section.different_first_page_header_footer = True
    head = [
        run(_cut(cover.running_head, LONGEST_RUNNING)),
        run("\t"),
        run(_cut(cover.badge, LONGEST_RUNNING)),
    ]
    rule = element("pBdr", element("bottom", val="single", sz=4, space=3, color="CFD6DC"))
    _replace(section.header, paragraph(head, "Header", more=[rule, _tabs(room)]))
    _replace(section.first_page_header, paragraph(style="Header"))
    for footer in (section.footer, section.first_page_footer):
        _replace(footer, paragraph(_foot(cover), "Footer", more=[_tabs(room)]))


def _foot(cover: Cover) -> list[Any]:
    """Return the footer's text and the page's number of all pages, which Word counts itself."""
    before, between = say("page.page_of")
    is_thai = cover.digits == "thai"
    return [
        run(_cut(cover.footer, LONGEST_FOOTER)),
        run(f"\t{before} "),
        _field("PAGE", is_thai),
        run(f" {between} "),
        _field("NUMPAGES", is_thai),
    ]


def _field(name: str, is_thai: bool) -> Any:
    """Return a field that Word fills in; until then it shows the first page's number."""
    code = f"{name} \\* THAIARABIC" if is_thai else name
    return element("fldSimple", run(to_thai_digits("1") if is_thai else "1"), instr=code)


def _tabs(room: float) -> Any:
    return element("tabs", element("tab", val="right", pos=dxa(room)))


def _replace(part: Any, made: Any) -> None:
    """Have a head or foot hold one paragraph."""
    part.is_linked_to_previous = False
    old = part.paragraphs[0]._p
    old.getparent().replace(old, made)
