"""A notebook as a printable, searchable, accessible Thai PDF: PDF/UA-1 and PDF/A-2a, the same bytes each time."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from ita_analysis.brief.blocks import Cell
from ita_analysis.errors import MachineError
from ita_analysis.export.document import Document, read_document
from ita_analysis.export.drawing import clean_svg
from ita_analysis.export.words import say
from ita_analysis.thai import fonts, words

TEMPLATE = Path(__file__).parent / "templates" / "brief.typ"
STANDARDS: list[Any] = ["ua-1", "a-2a"]
LONGEST_WORD = 24  # letters; a longer piece may break, so that it never leaves its cell
LONG_CELL = 250  # letters; a longer cell may run over a page's end

_THAI_OR_LONG = re.compile("[\u0e00-\u0e7f]|\\S{25}")


class PdfBriefExporter(Exporter):
    """nbconvert exporter `ita_pdf`."""

    export_from_notebook = "ITA brief (PDF)"
    output_mimetype = "application/pdf"

    @property
    def default_preprocessors(self) -> list[Any]:  # type: ignore[override]
        """Return none: blocks are data already."""
        return []

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF of `nb` and nbconvert's resources."""
        resources = self._init_resources(resources)
        resources["output_extension"] = ".pdf"
        return render(read_document(nb)), resources


def render(document: Document) -> bytes:
    """Return the PDF of `document`.

    Raises:
        MachineError: the compiler refused the page (a fault of ours: its message is passed on).
    """
    date = datetime.fromisoformat(document.cover.document_date).replace(tzinfo=UTC)
    data = json.dumps(_data(document), ensure_ascii=False)
    try:
        made = _compiler().compile(format="pdf", sys_inputs={"document": data}, pdf_standards=STANDARDS, timestamp=date)
    except typst.TypstError as error:
        raise MachineError(f"สร้าง PDF ไม่สำเร็จ: {error}", todo="แจ้งผู้ดูแลพร้อมไฟล์ executed.ipynb") from error
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """Return the one compiler of this process; it sees the template and the page fonts, nothing else."""
    loaded = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.font_folder()])
    nowhere = TEMPLATE.parent / "no-packages"
    return typst.Compiler(
        TEMPLATE, root=TEMPLATE.parent, font_paths=loaded, package_path=nowhere, package_cache_path=nowhere
    )


@lru_cache(maxsize=8192)
def _pieces(text: str) -> tuple[str, ...]:
    if not _THAI_OR_LONG.search(text):
        return tuple(part for part in re.split(r"(\s+)", text) if part)
    made: list[str] = []
    for piece in words.pieces(text):
        made.extend(words.split_long(piece, LONGEST_WORD) if len(piece) > LONGEST_WORD else (piece,))
    return tuple(made)


def _data(document: Document) -> dict[str, Any]:
    """Return the document as plain data, every text cut into pieces."""
    return {
        "cover": {name: _pieces(value) for name, value in document.cover.model_dump(exclude={"kind"}).items()},
        "blocks": [
            made for number, block in enumerate(document.blocks) if (made := _plain(block, f"c{number}-")) is not None
        ],
        "page_of": say("page.page_of"),
        "owner": _pieces(say("page.owner")),
    }


_NOT_TEXT = {"kind", "role", "align", "tone", "svg", "svg_narrow", "records", "document_date", "page_key"}


def _plain(value: Any, prefix: str, name: str = "") -> Any:
    """Return a block as JSON data: texts become pieces, drawings are cleaned, keys that steer the layout stay."""
    if name == "svg":
        return clean_svg(value, prefix) or ""
    if isinstance(value, str):
        return value if name in _NOT_TEXT else _pieces(value)
    if isinstance(value, tuple):
        return [_plain(part, prefix) for part in value]
    if isinstance(value, Cell):
        return {"lines": _plain(value.lines, prefix), "long": len(value.text) > LONG_CELL}
    if hasattr(type(value), "model_fields"):
        kept = (field for field in type(value).model_fields if field not in ("records", "svg_narrow"))
        return {field: _plain(getattr(value, field), prefix, field) for field in kept}
    return value
