"""Parses a workbook or Parquet file in a process of its own with limits: whatever it does there costs a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ita_analysis import places
from ita_analysis.errors import MachineError
from ita_analysis.scores.archive import DAMAGED, Refused

MEMORY_BYTES = 3 * 1024**3
CPU_SECONDS = 60
WALL_SECONDS = 120
READERS = {"workbook": "ita_analysis.scores.workbook", "parquet": "ita_analysis.scores.parquet"}

_START = "import sys; sys.path.insert(0, sys.argv[1]); from ita_analysis.scores import isolated; isolated.main()"


def parse(kind: str, data: bytes) -> dict[str, Any]:
    """Return what the reader of this kind makes of `data`.

    Args:
        kind: one of `READERS`, or the name of a module of ours whose `read` takes bytes and returns plain data.
        data: the bytes of one file.

    Raises:
        Refused: they refuse the file, it is damaged, or the process died or took too long.
    """
    limits = [] if os.environ.get("ITA_PLAIN") else [str(MEMORY_BYTES), str(CPU_SECONDS)]
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, str(places.project_root()), kind, *limits]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=WALL_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise _too_much() from error
    except OSError as error:
        raise MachineError(f"เริ่มตัวอ่านไฟล์ไม่ได้ ({error.strerror})", todo="ปิดโปรแกรมอื่นแล้วสั่งใหม่") from error
    if done.returncode == 0:
        try:
            found: dict[str, Any] = json.loads(done.stdout)
        except ValueError as error:
            raise _too_much() from error
        if "refused" in found:
            raise Refused(*found["refused"])
        return found
    raise _too_much()


def _too_much() -> Refused:
    return Refused(
        "file-unparsed",
        "ไฟล์ที่ทำให้ตัวอ่านหยุดทำงาน",
        "ไฟล์คะแนนที่อ่านจบได้",
        "คัดลอกเฉพาะตารางคะแนนไปไว้ในสมุดงานใหม่ แล้วบันทึกเป็น .xlsx",
    )


def main() -> None:
    """Read one file from standard input, write its contents as JSON: runs in the process of its own."""
    _, _, kind, *limits = sys.argv
    _limit(limits)
    sys.stdout.write(json.dumps(answer(kind, sys.stdin.buffer.read())))
    sys.stdout.flush()
    os._exit(0)  # nothing to tidy up; a native library gets no chance to fail on its way out


def answer(kind: str, data: bytes) -> dict[str, Any]:
    """Return what the reader of this kind makes of `data`, or under `refused` why it makes nothing of it."""
    try:
        read: Callable[[bytes], dict[str, Any]] = import_module(READERS.get(kind, kind)).read
        return read(data)
    except Refused as no:
        return {"refused": [no.code, no.found, no.expected, no.fix, no.sheet]}
    except DAMAGED as error:
        found = f"ไฟล์เสียหาย ({type(error).__name__})"
        return {"refused": ["file-damaged", found, "ไฟล์ที่สมบูรณ์", "ขอไฟล์ใหม่ หรือเปิดใน Excel แล้วบันทึกใหม่"]}
    except MemoryError:
        return {"refused": ["file-memory", "ไฟล์ใหญ่เกินไป", "ไฟล์ที่อ่านได้ในหน่วยความจำ", "แบ่งไฟล์ให้เล็กลง"]}


def _limit(limits: list[str]) -> None:
    try:
        import resource
    except ImportError:
        return  # the system has no such limits; the time limit outside holds
    if limits:
        memory, seconds = map(int, limits)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
