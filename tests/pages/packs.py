"""The packs on disk, and what their notebooks say must stand on the pages: read from block data, not from a page."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

from ita_analysis.measures.proof import proofs

MIME = "application/vnd.ita.block+json"
MEANINGS = {proof.legend_th for proof in proofs()}
NOT_ON_PAGES = ("dataset",)  # stands in the Excel annex
NOT_SHOWN = {
    *("kind", "role", "align", "tone", "svg", "svg_narrow", "png", "record", "records", "document_date", "page_key"),
    *("alt", "running_head", "href", "form", "orientation", "digits", "mark", "large", "small", "codes"),
}


@dataclass(frozen=True)
class Pack:
    """One pack: its notebook and its pages, which come as `<name>.html` and `<name>.pdf`."""

    folder: Path
    name: str

    @property
    def html(self) -> Path:
        return self.folder / f"{self.name}.html"

    @property
    def pdf(self) -> Path:
        return self.folder / f"{self.name}.pdf"

    @property
    def label(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))

    @cached_property
    def blocks(self) -> list[dict[str, Any]]:
        """Return the data of every block that pages show; datasets are for the annex (tests/export/test_workbook.py)."""
        notebook = json.loads((self.folder / "executed.ipynb").read_text(encoding="utf-8"))
        outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
        found = [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]
        assert found, f"no block in {self.label}"
        return [block for block in found if block["kind"] not in NOT_ON_PAGES]

    @property
    def cover(self) -> dict[str, Any]:
        return next(block for block in self.blocks if block["kind"] == "cover")

    @property
    def charts(self) -> list[dict[str, Any]]:
        return [block for block in self.blocks if block["kind"] in ("chart", "picture")]

    @cached_property
    def described(self) -> list[str]:
        """Return the alternative text of every drawing and picture."""
        return list(_named("alt", self.blocks))

    @cached_property
    def marks(self) -> int:
        """Return how many marks of proof stand on the pages."""
        return sum(bool(mark) for mark in _named("mark", self.blocks))

    @cached_property
    def texts(self) -> list[str]:
        """Return every text that a reader must find on the page, one a field; runs of one line are one text."""
        return [text for block in self.blocks for text in _texts(block) if text.strip()]

    @cached_property
    def chart_texts(self) -> list[str]:
        """Return the texts inside the wide drawings."""
        found = []
        for block in self.charts:
            if block["kind"] == "chart":
                root = Tree.fromstring(block["svg"])
                elements = root.iter("{http://www.w3.org/2000/svg}text")
                found += ["".join(element.itertext()) for element in elements]
        return [text for text in found if text.strip()]


def _named(name: str, value: Any) -> Iterator[str]:
    """Yield every value of that name in a block's data."""
    if isinstance(value, list):
        for part in value:
            yield from _named(name, part)
    elif isinstance(value, dict):
        if name in value:
            yield value[name]
        for part in value.values():
            yield from _named(name, part)


def packs_in(folder: Path) -> list[Pack]:
    """Return the packs below `folder`, a run a folder."""
    found = []
    for manifest in sorted(folder.glob("*/*/manifest.json")):
        pages = sorted(manifest.parent.glob("*.pdf"))
        assert pages, f"a pack without a PDF: {manifest.parent}"
        found += [Pack(manifest.parent, page.stem) for page in pages]
    return found


def run_pages_in(folder: Path) -> list[Path]:
    """Return the pages that list a run's packs."""
    return sorted(folder.glob("*/index.html"))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if value and all(isinstance(part, dict) and "text" in part for part in value):
            yield "".join(run["text"] for run in value)
        else:
            for part in value:
                yield from _texts(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in NOT_SHOWN:
                yield from _texts(part)
