"""A Word file as bytes: the same parts give the same bytes, whatever the clock and the machine."""

from __future__ import annotations

import io
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from docx.opc.package import OpcPackage
from docx.opc.part import Part

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can name
UNIX = 3
READABLE = 0o100644 << 16
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"


def packed(package: OpcPackage) -> bytes:
    """Return the parts of `package` as a zip: fixed times, one order, pictures as they are."""
    parts = list(package.iter_parts())
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        _write(archive, "[Content_Types].xml", _types(parts))
        _write(archive, "_rels/.rels", package.rels.xml)
        for part in parts:
            _write(archive, part.partname.membername, part.blob)
            if len(part.rels):
                _write(archive, part.partname.rels_uri.lstrip("/"), part.rels.xml)
    return made.getvalue()


def _types(parts: Sequence[Part]) -> bytes:
    """Return the list of what each part is."""
    named = (
        f"<Override PartName={quoteattr(part.partname)} ContentType={quoteattr(part.content_type)}/>" for part in parts
    )
    heads = (
        f'<Default Extension="rels" ContentType="{RELATIONS}"/><Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Types xmlns="{TYPES}">{heads}{"".join(named)}</Types>'.encode()


def _write(archive: ZipFile, name: str, data: bytes) -> None:
    entry = ZipInfo(name, date_time=EARLIEST)
    entry.create_system, entry.external_attr = UNIX, READABLE
    entry.compress_type = ZIP_STORED if name.startswith("word/media/") else ZIP_DEFLATED
    archive.writestr(entry, data)
