"""Reads the bytes of one input file safely: a regular file, opened once, of bounded size, hashed."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from ita_analysis import places
from ita_analysis.errors import Problem

MAX_BYTES = 200 * 1024 * 1024

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class InputFile:
    """The bytes of one file as they were when it was opened; everything is parsed from these, never from the path again."""

    path: Path
    shown: str
    data: bytes
    sha256: str


def read_input(path: Path) -> InputFile | Problem:
    """Return the file's bytes, or the one problem why it can't be read. Links, folders, pipes and devices are refused."""
    shown = places.shown(path)
    try:
        handle = os.open(path, _OPEN_FLAGS)
    except FileNotFoundError:
        return _problem("file-missing", shown, "ไม่มีไฟล์นี้", "ไฟล์ที่มีอยู่", "ตรวจชื่อและที่อยู่ของไฟล์")
    except OSError as error:
        if path.is_symlink():
            return _problem("file-link", shown, "ลิงก์ไปยังที่อื่น", "ไฟล์จริง", "คัดลอกไฟล์จริงมาวางแทนลิงก์")
        return _problem("file-unreadable", shown, f"เปิดไม่ได้ ({error.strerror})", "ไฟล์ที่อ่านได้", "ตรวจสิทธิ์การอ่านไฟล์")
    with os.fdopen(handle, "rb") as stream:
        facts = os.fstat(stream.fileno())
        if not stat.S_ISREG(facts.st_mode):
            return _problem("file-kind", shown, "ไม่ใช่ไฟล์ข้อมูล", "ไฟล์ธรรมดา", "ระบุไฟล์คะแนน ไม่ใช่โฟลเดอร์หรืออุปกรณ์")
        if facts.st_size > MAX_BYTES:
            return _problem("file-size", shown, f"{facts.st_size:,} ไบต์", f"ไม่เกิน {MAX_BYTES:,} ไบต์", "แบ่งไฟล์ให้เล็กลง")
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        return _problem("file-size", shown, "ไฟล์ที่โตขึ้นระหว่างอ่าน", f"ไม่เกิน {MAX_BYTES:,} ไบต์", "แบ่งไฟล์ให้เล็กลง")
    if not data.strip():
        return _problem("file-empty", shown, "ไฟล์ว่าง", "ไฟล์ที่มีคะแนน", "ตรวจว่าบันทึกไฟล์ครบแล้ว")
    return InputFile(path, shown, data, hashlib.sha256(data).hexdigest())


def _problem(code: str, file: str, found: str, expected: str, fix: str) -> Problem:
    return Problem(code=code, file=file, found=found, expected=expected, fix=fix)
