"""Pictures of a Word file: charts as dots, photographs checked, each with its alternative text."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typst
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml.shape import CT_Inline
from docx.parts.document import DocumentPart
from docx.parts.image import ImagePart
from docx.shared import Mm

from ita_analysis.brief.blocks import Chart, Photo, Picture
from ita_analysis.export.drawing import clean_svg
from ita_analysis.export.fitting import PAGE_WIDTH
from ita_analysis.export.pdf import compiler, forget
from ita_analysis.export.pictures import CleanPhoto, clean_photo, clean_png, size_of
from ita_analysis.export.word_markup import element, paragraph
from ita_analysis.export.words import say
from ita_analysis.thai.text import printable

DRAWING = Path(__file__).parent / "templates" / "drawing.typ"
SHARPNESS = 220  # dots an inch of a chart
DOT = 25.4 / 96  # millimetres of one dot of a picture
PHOTO_WIDTH, PHOTO_HEIGHT = 31.0, 62.0  # millimetres that a photograph takes at most
PAGE_SHARE = 0.8  # of a page's height that a drawing may take


@dataclass
class Pictures:
    """The pictures of one Word file: each stands in it once, however often it is shown."""

    part: DocumentPart
    page_height: float  # millimetres of text
    _kept: dict[bytes, str] = field(default_factory=dict)
    _shown: int = 0

    def photo(self, photo: Photo, room: float, style: str) -> list[Any]:
        """Return a photograph of evidence with its caption in `room` millimetres, or its description where it is broken."""
        clean = clean_photo(photo.large)
        if clean is None:
            made = _described(photo.alt, style)
        else:
            drawing = self._drawing(clean.data, clean.kind, size_on_page(clean, room), photo.alt)
            made = [paragraph([drawing], "Photo")]
        return [*made, paragraph(photo.caption, "Caption")] if photo.caption.strip() else made

    def chart(self, block: Chart, room: float) -> list[Any]:
        """Return a chart as dots, or its description where it is no drawing."""
        svg = clean_svg(block.svg, "w-")
        if svg is None:
            return _described(block.alt)
        wide, high = (float(part) for part in svg.partition('viewBox="')[2].partition('"')[0].split()[2:])
        width = min(room, PAGE_WIDTH, self.page_height * PAGE_SHARE * wide / high)
        try:
            dots = _dots(svg, width)
        except typst.TypstError:
            return _described(block.alt)
        return [paragraph([self._drawing(dots, "png", (width, width * high / wide), block.alt)])]

    def picture(self, block: Picture, room: float) -> list[Any]:
        """Return a picture of dots, or its description where it is none."""
        clean = clean_png(block.png)
        if clean is None:
            return _described(block.alt)
        wide, high = size_of(clean)
        width = min(room, PAGE_WIDTH, wide * DOT, self.page_height * PAGE_SHARE * wide / high)
        return [paragraph([self._drawing(b64decode(clean), "png", (width, width * high / wide), block.alt)])]

    def _drawing(self, data: bytes, kind: str, size: tuple[float, float], alt: str) -> Any:
        """Return a run that shows a picture `size` millimetres large."""
        self._shown += 1
        relation = self._kept.get(data) or self._keep(data, kind)
        width, height = (Mm(max(1.0, side)) for side in size)
        inline = CT_Inline.new_pic_inline(self._shown, relation, f"picture{self._shown}", width, height)
        for side in ("distT", "distB", "distL", "distR"):
            inline.set(side, "0")
        inline.docPr.set("descr", printable(alt))
        return element("r", element("drawing", inline))

    def _keep(self, data: bytes, kind: str) -> str:
        name = PackURI(f"/word/media/picture{len(self._kept) + 1}.{kind}")
        relation = self.part.relate_to(ImagePart(name, f"image/{kind}", data), RELATIONSHIP_TYPE.IMAGE)
        self._kept[data] = relation
        return relation


def size_on_page(photo: CleanPhoto, room: float) -> tuple[float, float]:
    """Return width and height in millimetres at which a photograph stands in `room` millimetres."""
    scale = min(min(room, PHOTO_WIDTH) / photo.width, PHOTO_HEIGHT / photo.height)
    return photo.width * scale, photo.height * scale


def _described(alt: str, style: str = "") -> list[Any]:
    return [paragraph(say("document.broken_picture"), style), paragraph(alt, style)]


def _dots(svg: str, width: float) -> bytes:
    """Return a cleaned drawing as a PNG `width` millimetres wide."""
    inputs = {"svg": svg, "width": f"{width:.2f}"}
    try:
        made = compiler(DRAWING).compile(format="png", ppi=SHARPNESS, sys_inputs=inputs)
    finally:
        forget()
    assert isinstance(made, bytes)
    return made
