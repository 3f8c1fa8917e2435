"""A notebook as a printable, searchable, accessible Thai PDF: PDF/UA-1 and PDF/A-2a, the same bytes each time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from ita_analysis.errors import MachineError
from ita_analysis.export.document import Document
from ita_analysis.export.print_data import as_data, without_drawing
from ita_analysis.export.print_photos import without_photos
from ita_analysis.thai import fonts

TEMPLATE = Path(__file__).parent / "templates" / "brief.typ"
NOTHING = TEMPLATE.with_name("nothing.typ")
STANDARDS: list[Any] = ["ua-1", "a-2a"]
REMEMBERED = 10  # compilations after which the compiler drops what was not used again
LARGE = 1_000_000  # bytes of a document with pictures, which no other one has, and which take memory


def render(document: Document) -> bytes:
    """Return the PDF of `document`.

    Raises:
        MachineError: the compiler refused the page (a fault of ours: its message is passed on).
    """
    date = datetime.fromisoformat(document.cover.document_date).replace(tzinfo=UTC)
    data = as_data(document)
    try:
        return _compiled(data, date)
    except typst.TypstError as error:
        kept = [_drawable_alone(block, data, date) for block in data["blocks"]]
        if kept == data["blocks"]:
            raise _refused(error) from error
    try:
        return _compiled({**data, "blocks": kept}, date)
    except typst.TypstError as error:
        raise _refused(error) from error


def _drawable_alone(block: dict[str, Any], data: dict[str, Any], date: datetime) -> dict[str, Any]:
    """Return `block`, or its description where the compiler can't read its drawing or its pictures."""
    described = without_drawing(block) if "drawing" in block else without_photos(block)
    if described == block:
        return block
    try:
        _compiled({**data, "blocks": [block]}, date)
    except typst.TypstError:
        return described
    return block


def _refused(error: Exception) -> MachineError:
    return MachineError(f"สร้าง PDF ไม่สำเร็จ: {error}", todo="แจ้งผู้ดูแลพร้อมไฟล์ executed.ipynb")


def _compiled(data: dict[str, Any], date: datetime) -> bytes:
    text = source(data)
    is_like_others = False
    try:
        made = compiler(None).compile(text, format="pdf", pdf_standards=STANDARDS, timestamp=date)
        is_like_others = len(text) < LARGE
    finally:
        forget(keeps_last=is_like_others)
    assert isinstance(made, bytes)
    return made


def source(data: dict[str, Any]) -> bytes:
    """Return the template with the document in front of it, as a text of JSON.

    Not as an input of the compiler: with other inputs it takes nothing for the same as before.
    """
    text = json.dumps(data, ensure_ascii=False).replace("\\", "\\\\").replace('"', '\\"')
    return f'#let doc = json(bytes("{text}"))\n{_template()}'.encode()


@lru_cache(maxsize=1)
def _template() -> str:
    return TEMPLATE.read_text(encoding="utf-8")


def forget(*, keeps_last: bool = False) -> None:
    """Have the compiler drop what it remembers of documents, all but the last one where that is kept.

    It lays out again only what it does not remember: the same item in the next agency's table costs nothing. But it
    keeps every step for ten compilations, and ten documents are 270 MB through which each further compilation looks.
    Compilations of nothing let that time pass.
    """
    for _ in range(REMEMBERED // 2 if keeps_last else REMEMBERED + 1):
        compiler(NOTHING).compile(format="svg")


@lru_cache(maxsize=3)
def compiler(source: Path | None) -> typst.Compiler:
    """Return the one compiler of `source` (None: of what it is given) in this process.

    It sees the templates and the page fonts, nothing else.
    """
    nowhere = TEMPLATE.parent / "no-packages"
    return typst.Compiler(
        source, root=TEMPLATE.parent, font_paths=_fonts(), package_path=nowhere, package_cache_path=nowhere
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.font_folder()])
