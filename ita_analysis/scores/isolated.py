"""Parses a workbook or Parquet file in a process of its own with limits: whatever it does there costs a sentence."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from typing import IO, Any

from ita_analysis import places
from ita_analysis.errors import MachineError
from ita_analysis.scores.archive import DAMAGED, Refused

MEMORY_BYTES = 3 * 1024**3
CPU_SECONDS = 60
WALL_SECONDS = 120
ROWS = "parquet-rows"  # a Parquet file handed over row by row, not as one answer
ROWS_CPU_SECONDS, ROWS_WALL_SECONDS = 300, 600
ROWS_BYTES = 1024**3
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
    done = _run(kind, data, subprocess.PIPE, (MEMORY_BYTES, CPU_SECONDS), WALL_SECONDS)
    return _said(done.stdout if done.returncode == 0 else b"")


def as_csv(data: bytes) -> IO[bytes]:
    """Return an open file without a name: the rows of a Parquet file as CSV (`parquet.write_rows`; raises as `parse`)."""
    out = tempfile.TemporaryFile(dir=_room())  # noqa: SIM115 - handed on
    try:
        limits = (MEMORY_BYTES, ROWS_CPU_SECONDS, ROWS_BYTES)
        done = _run(ROWS, data, out, limits, ROWS_WALL_SECONDS)
        said = _said(done.stderr.rpartition(b"\n")[2] if done.returncode == 0 else b"")
        if said["full"]:
            raise MachineError(f"เขียนไฟล์ชั่วคราวไม่ได้ ({os.strerror(said['full'])})", todo="เพิ่มที่ว่างในดิสก์แล้วสั่งใหม่")
    except BaseException:
        out.close()
        raise
    return out


def _room() -> str | None:
    """Return the folder for what does not fit into memory: the cache, which lies on a disk; None where there is none."""
    with contextlib.suppress(OSError):
        places.cache_folder().mkdir(parents=True, exist_ok=True)
        if os.access(places.cache_folder(), os.W_OK):
            return str(places.cache_folder())
    return None


def _run(
    kind: str, data: bytes, out: int | IO[bytes], limits: tuple[int, ...], seconds: float
) -> subprocess.CompletedProcess[bytes]:
    bounds = [] if os.environ.get("ITA_PLAIN") else [str(limit) for limit in limits]
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, str(places.project_root()), kind, *bounds]
    try:
        return subprocess.run(command, input=data, stdout=out, stderr=subprocess.PIPE, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise _too_much() from error
    except OSError as error:
        raise MachineError(f"เริ่มตัวอ่านไฟล์ไม่ได้ ({error.strerror})", todo="ปิดโปรแกรมอื่นแล้วสั่งใหม่") from error


def _said(answer: bytes) -> dict[str, Any]:
    """Return the answer of the process; none, or half a one, means that it died."""
    try:
        found: dict[str, Any] = json.loads(answer)
    except ValueError as error:
        raise _too_much() from error
    if "refused" in found:
        raise Refused(*found["refused"])
    return found


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
    said = json.dumps(answer(kind, sys.stdin.buffer.read()))
    out = sys.stderr if kind == ROWS else sys.stdout
    out.write(said)
    out.flush()
    os._exit(0)  # nothing to tidy up; a native library gets no chance to fail on its way out


def answer(kind: str, data: bytes) -> dict[str, Any]:
    """Return what the reader of this kind makes of `data`, or under `refused` why it makes nothing of it."""
    try:
        if kind == ROWS:
            return _rows(data)
        read: Callable[[bytes], dict[str, Any]] = import_module(READERS.get(kind, kind)).read
        return read(data)
    except Refused as no:
        return {"refused": [no.code, no.found, no.expected, no.fix, no.sheet]}
    except DAMAGED as error:
        found = f"ไฟล์เสียหาย ({type(error).__name__})"
        return {"refused": ["file-damaged", found, "ไฟล์ที่สมบูรณ์", "ขอไฟล์ใหม่ หรือเปิดใน Excel แล้วบันทึกใหม่"]}
    except MemoryError:
        return {"refused": ["file-memory", "ไฟล์ใหญ่เกินไป", "ไฟล์ที่อ่านได้ในหน่วยความจำ", "แบ่งไฟล์ให้เล็กลง"]}


def _rows(data: bytes) -> dict[str, Any]:
    from ita_analysis.scores import parquet

    try:
        with io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="") as out:
            parquet.write_rows(data, out)
    except OSError as error:
        if error.errno is None:  # of the file that is read: pyarrow's own
            raise
        if error.errno == errno.EFBIG:
            raise Refused("file-size", "ไฟล์ที่ใหญ่เกินไป", f"แบบ CSV ไม่เกิน {ROWS_BYTES:,} ไบต์", "แบ่งไฟล์ให้เล็กลง") from error
        return {"full": error.errno}
    return {"full": 0}


def _limit(limits: list[str]) -> None:
    try:
        import resource
    except ImportError:
        return  # the system has no such limits; the time limit outside holds
    if limits:
        memory, seconds, *size = map(int, limits)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for most in size:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
