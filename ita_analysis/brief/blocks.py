"""The parts a page is built of: frozen blocks of plain data that every exporter renders and escapes.

A block shown in a notebook cell emits its data as `application/vnd.ita.block+json`; pages are made from that alone.
Its `text/html` is for JupyterLab only. All text is data: nothing in it is ever read as markup.
"""

from __future__ import annotations

import html
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator

from ita_analysis.thai.text import printable

MIME = "application/vnd.ita.block+json"

Tone = Literal["ink", "muted", "accent", "below", "above", "waiting"]
MAX_TEXT = 32_767  # what one Excel cell holds; longer text is refused, never cut
MAX_ROWS = 1_000_000  # what one Excel sheet holds below its header


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _clean(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ValueError(f"text of {len(text):,} characters, at most {MAX_TEXT:,}")
    return printable(text)


class Run(_Data):
    """A stretch of text in one tone and weight."""

    text: str
    tone: Tone = "ink"
    bold: bool = False
    hanging: bool = False  # takes no room, so that a mark behind a number does not push it out of its column

    _printable = field_validator("text")(_clean)


Line = tuple[Run, ...]


def line(*parts: str | Run) -> Line:
    """Return a line of runs; plain strings become ink."""
    return tuple(part if isinstance(part, Run) else Run(text=part) for part in parts)


def text_of(runs: Line) -> str:
    """Return the bare text of a line."""
    return "".join(run.text for run in runs)


class _Block(_Data):
    kind: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return what a notebook stores: the data for exporters, a plain look for JupyterLab, and bare text."""
        from ita_analysis.brief.preview import preview

        return {MIME: self.model_dump(mode="json"), "text/html": preview(self), "text/plain": self.summary()}

    def summary(self) -> str:
        """Return one line that says what the block is."""
        return html.unescape(f"[{self.kind}]")


class Cover(_Block):
    """What stands at the head of page 1, and what every page carries: running head, footer, document properties."""

    kind: Literal["cover"] = "cover"
    eyebrow: str
    title: str
    subtitle: str = ""
    badge: str = ""
    running_head: str
    footer: str
    document_date: str  # ISO, Gregorian: 30 September of the fiscal year
    page_key: str
    orientation: Literal["portrait", "landscape"] = "portrait"
    record: dict[str, Any] = {}  # the same facts for machines (the manifest)

    _printable = field_validator("eyebrow", "title", "subtitle", "badge", "running_head", "footer", "page_key")(_clean)

    @field_validator("document_date")
    @classmethod
    def _is_date(cls, text: str) -> str:
        return date.fromisoformat(text).isoformat()


class Tile(_Data):
    """One figure of the strip: a label, a value with its unit, and up to three lines that say compared with what."""

    label: str
    value: str
    unit: str = ""
    tone: Tone = "ink"
    lines: tuple[Line, ...] = ()

    _printable = field_validator("label", "value", "unit")(_clean)


class Kpis(_Block):
    """The strip of up to four figures."""

    kind: Literal["kpis"] = "kpis"
    tiles: Annotated[tuple[Tile, ...], Field(min_length=1, max_length=4)]


class Task(_Data):
    """Something to decide or do: an action, why, who, by when."""

    action: str
    detail: str = ""
    owner: str = ""
    due_label: str = ""
    due: str = ""

    _printable = field_validator("action", "detail", "owner", "due_label", "due")(_clean)


class Checklist(_Block):
    """Numbered tasks with owner and date."""

    kind: Literal["checklist"] = "checklist"
    title: str
    tasks: tuple[Task, ...]

    _printable = field_validator("title")(_clean)


class Column(_Data):
    """One column of a table; `width` in millimetres, None shares what is left; neighbours of one `group` share a head."""

    label: str
    align: Literal["left", "right"] = "left"
    width: Annotated[float, Field(gt=0, le=267)] | None = None
    group: str = ""

    _printable = field_validator("label", "group")(_clean)


LINK = (
    r"^(?:(?:\.\./)?[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*)?$"  # beside this page, never an address
)


class Cell(_Data):
    """One cell: its lines of text, the first one leads.

    `href` leads to a page beside this one, on a screen alone. `shade` tints and marks a number below the line: 1 nearest
    to it, 3 farthest. `bar` draws that share of the cell's width; the number that it shows stands in a cell beside it.
    """

    lines: tuple[Line, ...]
    href: Annotated[str, Field(pattern=LINK, max_length=200)] = ""
    shade: Annotated[int, Field(ge=0, le=3)] = 0
    bar: Annotated[float, Field(ge=0, le=1)] = 0.0

    @property
    def text(self) -> str:
        """Return the cell's bare text, lines joined by a blank."""
        return " ".join(text_of(runs) for runs in self.lines)


class Row(_Data):
    """One row of a table; a `group` row carries one heading over all columns."""

    cells: tuple[Cell, ...]
    group: bool = False


class Table(_Block):
    """Rows under named columns; `role` names what the rows are, so that a reader of blocks can find them.

    `form`: a "panel" is small and stands beside the panels next to it where the page is wide; a "heat" table is a grid of
    numbers in narrow columns, on wide paper in two blocks side by side where its columns leave room for that.
    """

    kind: Literal["table"] = "table"
    title: str
    role: str = ""
    form: Literal["plain", "panel", "heat"] = "plain"
    level: Literal[2, 3] = 2
    dense: bool = False  # an annex: many rows, close together
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=60)]
    rows: tuple[Row, ...]
    note: str = ""
    records: tuple[dict[str, Any], ...] = ()  # the same facts for machines (findings of the manifest)

    _printable = field_validator("title", "note")(_clean)

    @model_validator(mode="after")
    def _rectangular(self) -> Table:
        for number, row in enumerate(self.rows, start=1):
            wanted = 1 if row.group else len(self.columns)
            if len(row.cells) != wanted:
                raise ValueError(f"row {number} of the table has {len(row.cells)} cells, expected {wanted}")
        return self


class Chart(_Block):
    """A drawing with its alternative text; `svg_narrow` is the same drawn for a phone."""

    kind: Literal["chart"] = "chart"
    title: str
    svg: Annotated[str, Field(min_length=1)]
    alt: Annotated[str, Field(min_length=1)]
    svg_narrow: str = ""
    note: str = ""

    _printable = field_validator("title", "alt", "note")(_clean)

    @field_validator("alt")
    @classmethod
    def _says_something(cls, alt: str) -> str:
        if not alt.strip():
            raise ValueError("a chart needs an alternative text")
        return alt


class Picture(_Block):
    """A picture made of dots (PNG, base64) with its alternative text; an exporter writes its dots anew."""

    kind: Literal["picture"] = "picture"
    title: str = ""
    png: Annotated[str, Field(min_length=1, max_length=20_000_000)]
    alt: Annotated[str, Field(min_length=1, pattern=r"\S")]
    note: str = ""

    _printable = field_validator("title", "alt", "note")(_clean)


class Text(_Block):
    """Paragraphs or bullet points, with or without a heading."""

    kind: Literal["text"] = "text"
    title: str = ""
    level: Literal[2, 3] = 2
    paragraphs: tuple[Line, ...] = ()
    bullets: tuple[Line, ...] = ()
    new_page: bool = False

    _printable = field_validator("title")(_clean)


Value = str | bool | int | Annotated[float, Field(allow_inf_nan=False)] | None
_HOLDS: dict[str, set[type]] = {"text": {str}, "number": {int, float}, "whole": {int}, "flag": {bool}}


class DataColumn(_Data):
    """One column of a dataset: its Thai head, the name programs use, the unit, and what it means."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
    label: Annotated[str, Field(pattern=r"\S", max_length=200)]
    unit: str = ""
    kind: Literal["text", "number", "whole", "flag"] = "text"
    about: str = ""

    _printable = field_validator("label", "unit", "about")(_clean)


class Dataset(_Block):
    """A tidy table of plain values for the Excel annex; pages leave it out, JupyterLab shows its first rows.

    `role` names what the rows are; a table block of the same role is the same thing for the page.
    """

    kind: Literal["dataset"] = "dataset"
    title: Annotated[str, Field(pattern=r"\S")]
    role: str = ""
    description: str = ""
    note: str = ""
    columns: Annotated[tuple[DataColumn, ...], Field(min_length=1, max_length=200)]
    rows: Annotated[tuple[tuple[Value, ...], ...], Field(max_length=MAX_ROWS)]

    _printable = field_validator("title", "description", "note")(_clean)

    @field_validator("rows")
    @classmethod
    def _clean_values(cls, rows: tuple[tuple[Value, ...], ...]) -> tuple[tuple[Value, ...], ...]:
        return tuple(tuple(_clean(value) if isinstance(value, str) else value for value in row) for row in rows)

    @model_validator(mode="after")
    def _fits_its_columns(self) -> Dataset:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError("two columns of the dataset have the same name")
        holds = [_HOLDS[column.kind] for column in self.columns]
        for number, values in enumerate(self.rows, start=1):
            if len(values) != len(names):
                raise ValueError(f"row {number} of the dataset has {len(values)} values, expected {len(names)}")
            for name, value, kinds in zip(names, values, holds, strict=True):
                if value is not None and type(value) not in kinds:
                    raise ValueError(f"row {number}, column {name}: {type(value).__name__} does not fit")
        return self


Block = Annotated[Cover | Kpis | Checklist | Table | Chart | Picture | Text | Dataset, Field(discriminator="kind")]
_ADAPTER: TypeAdapter[Block] = TypeAdapter(Block)


def from_data(data: Any) -> Block:
    """Return the block that `data` describes.

    Raises:
        pydantic.ValidationError: `data` is no block of ours.
    """
    return _ADAPTER.validate_python(data)


def cell(*lines: str | Run | Line, href: str = "", shade: int = 0, bar: float = 0.0) -> Cell:
    """Return a cell; each argument is one line."""
    made: list[Line] = []
    for given in lines:
        made.append(given if isinstance(given, tuple) else line(given))
    return Cell(lines=tuple(made), href=href, shade=shade, bar=bar)


def row(*cells: str | Cell) -> Row:
    """Return a row; plain strings become cells of one line."""
    return Row(cells=tuple(given if isinstance(given, Cell) else cell(given) for given in cells))


def group_row(text: str) -> Row:
    """Return a row that carries one heading over all columns."""
    return Row(cells=(cell(Run(text=text, tone="muted")),), group=True)
