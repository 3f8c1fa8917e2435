"""Opens a workbook's zip container within its limits: size, ratio, count, plain member names, no document types."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

MAX_BYTES = 200 * 1024 * 1024  # of all members together, inflated
MAX_RATIO = 100
FREE_BYTES = 1024 * 1024  # a member below this may be as regular as it likes
MAX_MEMBERS = 1_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, ElementTree.ParseError, expat.ExpatError,
    NotImplementedError, KeyError, ValueError, IndexError, OSError, RuntimeError, OverflowError, RecursionError,
)  # fmt: skip


class Refused(Exception):
    """A file that is not read: a code, what was found, what is expected, what to do, and in which sheet."""

    def __init__(self, code: str, found: str, expected: str, fix: str, sheet: str = "") -> None:
        super().__init__(code)
        self.code, self.found, self.expected, self.fix, self.sheet = code, found, expected, fix, sheet


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Return the container, its directory checked before any member is opened.

    Raises:
        Refused: it breaks a limit.
    """
    archive = zipfile.ZipFile(io.BytesIO(data))
    members = archive.infolist()
    _require(len(members) <= MAX_MEMBERS, f"{len(members):,} ส่วน", f"ไม่เกิน {MAX_MEMBERS:,} ส่วน")
    total = sum(member.file_size for member in members)
    _require(total <= MAX_BYTES, f"ขยายแล้ว {total:,} ไบต์", f"ไม่เกิน {MAX_BYTES:,} ไบต์")
    names = [member.filename.lower() for member in members]
    _require(len(set(names)) == len(names), "ส่วนที่ชื่อซ้ำกัน", "ชื่อไม่ซ้ำ")
    for member in members:
        name = member.orig_filename
        is_plain = not name.startswith(("/", "\\")) and ".." not in name.split("/") and not set(name) & set("\\:\0")
        _require(is_plain, "ส่วนที่ชื่อเป็นที่อยู่บนดิสก์", "ชื่อธรรมดา")
        _require(not member.flag_bits & 1, "ส่วนที่เข้ารหัส", "ไฟล์ที่ไม่มีรหัสผ่าน")
        _require(member.compress_type in _METHODS, "การบีบอัดแบบที่ Excel ไม่ใช้", "ไฟล์ที่ Excel บันทึก")
        ratio = member.file_size / max(member.compress_size, 1)
        _require(
            member.file_size <= FREE_BYTES or ratio <= MAX_RATIO, f"บีบอัด {ratio:,.0f} เท่า", f"ไม่เกิน {MAX_RATIO} เท่า"
        )
    return archive


def _require(holds: bool, found: str, expected: str) -> None:
    if not holds:
        raise Refused("file-container", found, expected, "เปิดใน Excel แล้วบันทึกใหม่เป็น .xlsx ที่มีเฉพาะคะแนน")


def stream(archive: zipfile.ZipFile, member: str) -> IO[bytes]:
    """Return the bytes of one XML part; a part with a document type is refused before anything of it is read.

    Raises:
        Refused: the part begins with a document type (it could define entities).
    """
    with archive.open(member) as part:
        _refuse_document_type(part)
    return archive.open(member)


def _refuse_document_type(part: IO[bytes]) -> None:
    state = {"root": False}

    def document_type(*_: object) -> None:
        raise Refused("file-doctype", "การประกาศ DOCTYPE", "สมุดงานที่ Excel บันทึก", "เปิดใน Excel แล้วบันทึกใหม่")

    def root(*_: object) -> None:
        state["root"] = True

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = document_type
    parser.StartElementHandler = root
    while not state["root"] and (piece := part.read(4096)):
        parser.Parse(piece)


def parts_of(archive: zipfile.ZipFile, path: str, kind: str) -> dict[str, str]:
    """Return link -> member of the parts of one kind that `path` names; what lies outside the file is left out."""
    folder, name = posixpath.split(path)
    links = posixpath.join(folder, "_rels", f"{name}.rels")
    known = {member.lower(): member for member in archive.namelist()}
    if links.lower() not in known:
        return {}
    found: dict[str, str] = {}
    for _, element in ElementTree.iterparse(stream(archive, known[links.lower()])):
        if element.get("Type", "").rpartition("/")[2] != kind or element.get("TargetMode", "") == "External":
            continue
        target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/")
        if target.lower() in known:
            found[element.get("Id", "")] = known[target.lower()]
    return found
