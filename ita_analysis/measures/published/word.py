"""A Word file as rows: runs in a process of its own, since a container can be anything (`scores.isolated`)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from ita_analysis.scores.archive import Refused, open_archive, stream

_BODY = "word/document.xml"


def read(data: bytes) -> dict[str, Any]:
    """Return under `rows` each paragraph and table row in order: whether it is of a table, and its texts.

    A cell merged downwards or sideways gives its text once, where it begins.

    Raises:
        Refused: the container breaks a limit, or is no Word file.
    """
    with open_archive(data) as archive:
        if _BODY not in archive.namelist():
            raise Refused(
                "report-binary", "ไฟล์ที่ไม่ใช่ Word", "ข้อความ หรือ Word (.docx)", "บันทึกเป็นข้อความ (.txt) หรือ Word (.docx)"
            )
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                stream(archive, name).close()
    from docx import Document

    return {"rows": list(_rows(Document(io.BytesIO(data))))}


def _rows(document: Any) -> Iterator[tuple[bool, list[str]]]:
    from docx.table import Table

    for block in document.iter_inner_content():
        if not isinstance(block, Table):
            yield False, [block.text]
            continue
        seen: dict[int, Any] = {}  # the elements themselves, so that no identity is used again
        for row in block.rows:
            texts = []
            for cell in row.cells:
                texts.append("" if id(cell._tc) in seen else cell.text)
                seen[id(cell._tc)] = cell._tc
            yield True, texts
