"""What blocks are built of: text in runs and lines, cells, pictures; and what every block can do in a notebook."""

from __future__ import annotations

import html
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ita_analysis.thai.text import printable

MIME = "application/vnd.ita.block+json"
MAX_PICTURE = 20_000_000  # letters of a picture in base64

Tone = Literal["ink", "muted", "accent", "below", "above", "waiting"]
Mark = Literal["", "proven", "shown", "claimed", "none"]
MAX_TEXT = 32_767  # what one Excel cell holds; longer text is refused, never cut


class Data(BaseModel):
    """What parts of blocks have in common: frozen, nothing beyond the named fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def clean(text: str) -> str:
    """Return `text` with nothing in it that steers a page or a terminal.

    Raises:
        ValueError: it is longer than one cell of a workbook holds.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"text of {len(text):,} characters, at most {MAX_TEXT:,}")
    return printable(text)


class Run(Data):
    """A stretch of text in one tone and weight."""

    text: str
    tone: Tone = "ink"
    bold: bool = False
    hanging: bool = False  # takes no room, so that a mark behind a number does not push it out of its column
    mark: Mark = ""  # of proof, drawn before the text; its words stand in `measures/claims.toml`
    code: bool = False  # as typed: a formula's source, on a tinted ground

    _printable = field_validator("text")(clean)


Line = tuple[Run, ...]


def line(*parts: str | Run) -> Line:
    """Return a line of runs; plain strings become ink."""
    return tuple(part if isinstance(part, Run) else Run(text=part) for part in parts)


def text_of(runs: Line) -> str:
    """Return the bare text of a line."""
    return "".join(run.text for run in runs)


LINK = (
    r"^(?:(?:\.\./)?[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*)?$"  # beside this page, never an address
)


class Photo(Data):
    """A picture of evidence, JPEG or PNG (base64): for print, and smaller for a screen; an exporter checks it again."""

    large: Annotated[str, Field(min_length=1, max_length=MAX_PICTURE)]
    small: Annotated[str, Field(max_length=MAX_PICTURE)] = ""
    alt: Annotated[str, Field(min_length=1, pattern=r"\S")]
    caption: str = ""

    _printable = field_validator("alt", "caption")(clean)


class Cell(Data):
    """One cell: its lines of text, the first one leads.

    `href` leads to a page beside this one, on a screen alone. `shade` tints and marks a number below the line: 1 nearest
    to it, 3 farthest. `bar` draws that share of the cell's width; the number that it shows stands in a cell beside it.
    `photos` stand below the lines.
    """

    lines: tuple[Line, ...]
    href: Annotated[str, Field(pattern=LINK, max_length=200)] = ""
    shade: Annotated[int, Field(ge=0, le=3)] = 0
    bar: Annotated[float, Field(ge=0, le=1)] = 0.0
    photos: tuple[Photo, ...] = ()

    @property
    def text(self) -> str:
        """Return the cell's bare text, lines joined by a blank."""
        return " ".join(text_of(runs) for runs in self.lines)


def cell(*lines: str | Run | Line, href: str = "", shade: int = 0, bar: float = 0.0) -> Cell:
    """Return a cell; each argument is one line."""
    made: list[Line] = []
    for given in lines:
        made.append(given if isinstance(given, tuple) else line(given))
    return Cell(lines=tuple(made), href=href, shade=shade, bar=bar)


class BaseBlock(Data):
    """What a notebook's cell displays."""

    kind: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return what a notebook stores: the data for exporters, a plain look for JupyterLab, and bare text."""
        from ita_analysis.brief.preview import preview

        return {MIME: self.data(), "text/html": preview(self), "text/plain": self.summary()}

    def data(self) -> dict[str, Any]:
        """Return the block as plain data; what is as always is left out."""
        return {"kind": self.kind, **self.model_dump(mode="json", exclude_defaults=True)}

    def summary(self) -> str:
        """Return one line that says what the block is."""
        return html.unescape(f"[{self.kind}]")
