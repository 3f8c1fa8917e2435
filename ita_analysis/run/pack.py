"""Publishes packs: a folder is whole, with a manifest of all its files, or it is absent."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.brief.blocks import Text, line
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.errors import MachineError
from ita_analysis.run import imports  # noqa: F401 - before nbformat

import nbformat  # isort: skip
from nbformat import NotebookNode  # isort: skip

from ita_analysis.export import html, pdf  # isort: skip
from ita_analysis.export.document import Document, read_document  # isort: skip

STAGING = ".staging"
PACKAGES = ("ita-analysis", "pandas", "matplotlib", "papermill", "nbconvert", "typst", "pythainlp")


@dataclass(frozen=True)
class Reason:
    """Why an agency has no new pack: which cell of its notebook stopped, and what it said."""

    name_th: str
    agency_code: str
    fiscal_year_be: int
    cell: int
    source: str
    message: str


def pages(notebook: NotebookNode) -> tuple[dict[str, bytes], Document]:
    """Return the files of a brief by name, and the document that they show."""
    document = read_document(notebook)
    files = {
        "brief.html": html.render(document).encode("utf-8"),
        "brief.pdf": pdf.render(document),
        "executed.ipynb": _as_bytes(notebook),
    }
    return files, document


def _as_bytes(notebook: NotebookNode) -> bytes:
    return str(nbformat.writes(notebook)).encode("utf-8") + b"\n"  # type: ignore[no-untyped-call]


def require_writable(run: Path) -> None:
    """Make the run folder, or say why it can't be written, before anything costly begins.

    Raises:
        MachineError: the folder can't be made or written.
    """
    try:
        (run / STAGING).mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=run / STAGING):
            pass
    except OSError as error:
        raise _disk(run, error) from error


def publish(run: Path, agency: str, files: Mapping[str, bytes], manifest: Mapping[str, Any], started: float) -> Path:
    """Write `files` and their manifest aside, then put the folder in place at once; return it.

    A failure on the way leaves the older pack as it was.

    Raises:
        MachineError: the disk or the rights are in the way.
    """
    outputs = [
        {"path": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in sorted(files.items())
    ]
    full = {**manifest, "outputs": outputs, "versions": _versions(), "seconds": round(time.monotonic() - started, 2)}
    final = run / agency
    content = {**files, "manifest.json": _json(full)}
    _put(run, final, content)
    shutil.rmtree(run / f"{agency}.failed", ignore_errors=True)
    return final


def publish_failure(run: Path, agency: str, notebook: NotebookNode, reason: Reason) -> Path:
    """Write `<agency>.failed/` with the stopped notebook and a one-page reason; an older good pack stays beside it."""
    blocks = (
        Text(
            title="หยุดที่ไหน",
            paragraphs=(line(f"เซลล์ {reason.cell}"), *(line(text) for text in reason.source.splitlines()[:12] if text)),
        ),
        Text(
            title="สมุดงานบอกว่า",
            paragraphs=tuple(line(text) for text in reason.message.splitlines()[:40] if text.strip()),
        ),
        Text(
            title="ต้องทำอะไร",
            paragraphs=(line("แก้ไฟล์คะแนนหรือสมุดงานตามข้อความข้างบน แล้วสั่งคำสั่งเดิมอีกครั้ง ชุดรายงานเก่า (ถ้ามี) ยังอยู่ที่เดิม"),),
        ),
    )
    title = f"ยังทำสรุปของ{reason.name_th}ไม่ได้"
    cover = read_document({"cells": []}).cover.model_copy(
        update={
            "eyebrow": f"{reason.name_th} ({reason.agency_code}) · ปีงบประมาณ {reason.fiscal_year_be}",
            "title": title,
            "running_head": title,
        }
    )
    page = html.render(Document(cover, blocks, True))
    folder = run / f"{agency}.failed"
    _put(run, folder, {"failed.ipynb": _as_bytes(notebook), "reason.html": page.encode("utf-8")})
    return folder


def _put(run: Path, final: Path, files: Mapping[str, bytes]) -> None:
    """Build the folder in `.staging` on the same disk and move it into place; the older one is moved aside first."""
    stage: Path | None = None
    try:
        (run / STAGING).mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f"{final.name}-", dir=run / STAGING))
        new, old = stage / "new", stage / "old"
        new.mkdir()
        for name, data in files.items():
            with (new / name).open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        if final.exists():
            os.rename(final, old)
            try:
                os.rename(new, final)
            except OSError:
                os.rename(old, final)
                raise
        else:
            os.rename(new, final)
    except OSError as error:
        raise _disk(run, error) from error
    finally:
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
        try:
            (run / STAGING).rmdir()
        except OSError:
            pass  # another process is at work there


def _disk(run: Path, error: OSError) -> MachineError:
    return MachineError(
        f"เขียนลง {places.shown(run)} ไม่ได้ ({error.strerror})",
        todo="ตรวจสิทธิ์และเนื้อที่ว่าง หรือเลือกที่อื่นด้วย --output ยังไม่มีไฟล์ใดถูกเขียนค้างไว้",
    )


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _versions() -> dict[str, str]:
    return {name: version(name) for name in PACKAGES}


@lru_cache(maxsize=1)
def _package_digest() -> str:
    """Return the sha256 over the package's own files and the lock file."""
    digest = hashlib.sha256()
    package = Path(__file__).resolve().parent.parent
    endings = {".py", ".toml", ".txt", ".typ", ".css", ".j2"}
    files = sorted(path for path in package.rglob("*") if path.suffix in endings)
    for path in [*files, places.project_root() / "requirements.lock"]:
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def cache_key(facts: BriefFacts, notebook: Path, parameters: Mapping[str, Any]) -> str:
    """Return what a pack depends on, as one digest (CONTRACT: Cache key).

    Rows of all years and the rules stand in the page key; the notebook counts by its cells' sources and tags.
    """
    source = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    cells = [[cell.cell_type, cell.source, sorted(cell.metadata.get("tags", []))] for cell in source.cells]
    kept = {name: value for name, value in parameters.items() if name != "scores"}
    content = [facts.page_key, cells, kept, _package_digest()]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
