"""What lies in a pack: its pages, the facts of its manifest, and the one-page reason where none could be made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from ita_analysis.brief.blocks import Text, line
from ita_analysis.errors import Problem
from ita_analysis.run import imports  # noqa: F401 - before nbformat
from ita_analysis.run.tasks import Subject

from nbformat import NotebookNode  # isort: skip

from ita_analysis.export import html, pdf, workbook  # isort: skip
from ita_analysis.export.document import Document, read_document  # isort: skip

PACKAGES = ("ita-analysis", "pandas", "matplotlib", "papermill", "nbconvert", "typst", "xlsxwriter", "pythainlp")
SHOWN_LINES, SHOWN_LETTERS, SHOWN_WHY = (
    40,
    2000,
    300,
)  # of a failing cell and of what it said; failed.ipynb holds all of it


@dataclass(frozen=True)
class Reason:
    """Why an agency has no new pack: which cell of its notebook stopped, and what it said."""

    subject: Subject
    cell: int
    source: str
    message: str

    def as_record(self) -> dict[str, object]:
        """Return what `reason.json` tells programs; `why` is one line."""
        why = _one_line(self.message)
        return {**_about(self.subject), "cell": self.cell, "why": f"เซลล์ {self.cell}: {why}"}


def pages(
    notebook: NotebookNode, document: Document, *, name: str = "brief", with_word: bool = False
) -> dict[str, bytes]:
    """Return the files of a pack by name: the pages of `document`, and the notebook that it was read from."""
    files = {
        f"{name}.html": html.render(document).encode("utf-8"),
        f"{name}.pdf": pdf.render(document),
        "annex.xlsx": workbook.render(document),
        "executed.ipynb": as_bytes(notebook),
    }
    if with_word:
        from ita_analysis.export import word

        files[f"{name}.docx"] = word.render(document)
    return files


def reason_files(notebook: NotebookNode, reason: Reason) -> dict[str, bytes]:
    """Return the stopped notebook, the one page that says where it stopped, why, and what to do, and the same as data."""
    blocks = (
        Text(
            title="หยุดที่ไหน",
            paragraphs=(line(f"เซลล์ {reason.cell}"), *(line(text) for text in _shown(reason.source))),
        ),
        Text(title="สมุดงานบอกว่า", paragraphs=tuple(line(text) for text in _shown(reason.message))),
        Text(
            title="ต้องทำอะไร",
            paragraphs=(line("แก้ไฟล์คะแนนหรือสมุดงานตามข้อความข้างบน แล้วสั่งคำสั่งเดิมอีกครั้ง ชุดรายงานเก่า (ถ้ามี) ยังอยู่ที่เดิม"),),
        ),
    )
    return {"failed.ipynb": as_bytes(notebook), **_reason_page(reason.subject, blocks, reason.as_record())}


def refusal_files(subject: Subject, said: str, problems: Sequence[Problem]) -> dict[str, bytes]:
    """Return the reason page of an agency whose notebook was not run, and the same as data: what stands in the way."""
    listed = [problem.line_th() for problem in problems[:SHOWN_LINES]]
    if len(problems) > SHOWN_LINES:
        listed.append(f"… (อีก {len(problems) - SHOWN_LINES} จุด ดูด้วย ita check)")
    blocks = (
        Text(title="เพราะอะไร", paragraphs=tuple(line(text) for text in [*_shown(said), *listed])),
        Text(title="ต้องทำอะไร", paragraphs=(line("แก้ทุกจุดข้างบน แล้วสั่งคำสั่งเดิมอีกครั้ง ชุดรายงานเก่า (ถ้ามี) ยังอยู่ที่เดิม"),)),
    )
    record = {**_about(subject), "cell": None, "why": _one_line(said)}
    if problems:
        record["problems"] = [problem.as_record() for problem in problems]
    return _reason_page(subject, blocks, record)


def _reason_page(subject: Subject, blocks: tuple[Text, ...], record: Mapping[str, object]) -> dict[str, bytes]:
    title = f"ยังทำสรุปของ{subject.name_th}ไม่ได้"
    cover = read_document({"cells": []}).cover.model_copy(
        update={
            "eyebrow": f"{subject.name_th} ({subject.agency_code}) · ปีงบประมาณ {subject.fiscal_year_be}",
            "title": title,
            "running_head": title,
        }
    )
    page = html.render(Document(cover, blocks, True))
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    return {"reason.html": page.encode("utf-8"), "reason.json": text.encode("utf-8", "replace")}


def _about(subject: Subject) -> dict[str, object]:
    return {
        "agency_code": subject.agency_code,
        "agency_name_th": subject.name_th,
        "fiscal_year_be": subject.fiscal_year_be,
        "framework": subject.framework,
        "is_synthetic": subject.is_synthetic,
    }


def _one_line(text: str) -> str:
    said = next((part.strip() for part in text.splitlines() if part.strip()), "")
    return said if len(said) <= SHOWN_WHY else said[:SHOWN_WHY] + " …"


def _shown(text: str) -> list[str]:
    """Return the lines of `text` that a page can hold, with a mark where there was more."""
    lines = [part if len(part) <= SHOWN_LETTERS else part[:SHOWN_LETTERS] + " …" for part in text.splitlines()]
    lines = [part for part in lines if part.strip()]
    return lines if len(lines) <= SHOWN_LINES else [*lines[:SHOWN_LINES], f"… (อีก {len(lines) - SHOWN_LINES} บรรทัด)"]


def as_bytes(notebook: NotebookNode) -> bytes:
    """Return the notebook as its file holds it: one line a cell; what UTF-8 cannot say becomes a question mark."""
    metadata = {name: value for name, value in notebook["metadata"].items() if not name.startswith("orig_nbformat")}
    before, _, after = _json({**notebook, "metadata": metadata} | {"cells": []}).partition(b'"cells":[]')
    cells = b",\n".join(_json(cell) for cell in notebook["cells"])
    return b"".join((before, b'"cells":[\n', cells, b"\n]", after, b"\n"))


def _json(value: Mapping[str, object]) -> bytes:
    said = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return said.encode("utf-8", "replace")  # cell by cell: a Thai letter among pictures doubles what they take


def versions() -> dict[str, str]:
    """Return the versions of the packages that shape a pack."""
    return {name: version(name) for name in PACKAGES}
