"""The parts a page is built of: frozen blocks of plain data that every exporter renders and escapes.

A block shown in a notebook cell emits its data as `application/vnd.ita.block+json`; pages are made from that alone.
Its `text/html` is for JupyterLab only. All text is data: nothing in it is ever read as markup.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, field_validator, model_validator

from ita_analysis.brief.block_parts import MAX_PICTURE, BaseBlock, Data, clean
from ita_analysis.brief.block_parts import MAX_TEXT as MAX_TEXT
from ita_analysis.brief.block_parts import MIME as MIME
from ita_analysis.brief.block_parts import Cell as Cell
from ita_analysis.brief.block_parts import Line as Line
from ita_analysis.brief.block_parts import Mark as Mark
from ita_analysis.brief.block_parts import Photo as Photo
from ita_analysis.brief.block_parts import Run as Run
from ita_analysis.brief.block_parts import Tone as Tone
from ita_analysis.brief.block_parts import cell as cell
from ita_analysis.brief.block_parts import line as line
from ita_analysis.brief.block_parts import text_of as text_of
from ita_analysis.brief.dataset_block import DataColumn as DataColumn
from ita_analysis.brief.dataset_block import Dataset as Dataset
from ita_analysis.brief.dataset_block import Value as Value
from ita_analysis.brief.report_blocks import Official as Official
from ita_analysis.brief.report_blocks import OfficialCell as OfficialCell
from ita_analysis.brief.report_blocks import OfficialGroup as OfficialGroup
from ita_analysis.brief.report_blocks import OfficialPart as OfficialPart
from ita_analysis.brief.report_blocks import Point as Point
from ita_analysis.brief.report_blocks import Points as Points
from ita_analysis.brief.report_blocks import Signatures as Signatures

MAX_COLUMNS = 200  # of a table


class Cover(BaseBlock):
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
    form: Literal["head", "page"] = "head"  # a page of its own, or the head of page 1
    lines: tuple[Line, ...] = ()  # of a page of its own, below its title
    digits: Literal["arabic", "thai"] = "arabic"  # of what exporters count: pages, tasks
    record: dict[str, Any] = {}  # the same facts for machines (the manifest)

    _printable = field_validator("eyebrow", "title", "subtitle", "badge", "running_head", "footer", "page_key")(clean)

    @field_validator("document_date")
    @classmethod
    def _is_date(cls, text: str) -> str:
        return date.fromisoformat(text).isoformat()


class Tile(Data):
    """One figure of the strip: a label, a value with its unit, and up to three lines that say compared with what."""

    label: str
    value: str
    unit: str = ""
    tone: Tone = "ink"
    lines: tuple[Line, ...] = ()

    _printable = field_validator("label", "value", "unit")(clean)


class Kpis(BaseBlock):
    """The strip of up to four figures."""

    kind: Literal["kpis"] = "kpis"
    tiles: Annotated[tuple[Tile, ...], Field(min_length=1, max_length=4)]


class Task(Data):
    """Something to decide or do: an action, why, who, by when."""

    action: str
    detail: str = ""
    owner: str = ""
    due_label: str = ""
    due: str = ""

    _printable = field_validator("action", "detail", "owner", "due_label", "due")(clean)


class Checklist(BaseBlock):
    """Numbered tasks with owner and date."""

    kind: Literal["checklist"] = "checklist"
    title: str
    tasks: tuple[Task, ...]

    _printable = field_validator("title")(clean)


class Column(Data):
    """One column of a table; `width` in millimetres, None shares what is left; neighbours of one `group` share a head."""

    label: str
    align: Literal["left", "right"] = "left"
    width: Annotated[float, Field(gt=0, le=267)] | None = None
    group: str = ""
    key: bool = False  # names its row: it stands again in each part of a table that is wider than the page

    _printable = field_validator("label", "group")(clean)


class Row(Data):
    """One row of a table; a `group` row carries one heading over all columns."""

    cells: tuple[Cell, ...]
    group: bool = False


class Table(BaseBlock):
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
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=MAX_COLUMNS)]
    rows: tuple[Row, ...]
    note: str = ""
    records: tuple[dict[str, Any], ...] = ()  # the same facts for machines (findings of the manifest)

    _printable = field_validator("title", "note")(clean)

    @model_validator(mode="after")
    def _rectangular(self) -> Table:
        for number, row in enumerate(self.rows, start=1):
            wanted = 1 if row.group else len(self.columns)
            if len(row.cells) != wanted:
                raise ValueError(f"row {number} of the table has {len(row.cells)} cells, expected {wanted}")
        return self


class Chart(BaseBlock):
    """A drawing with its alternative text; `svg_narrow` is the same drawn for a phone."""

    kind: Literal["chart"] = "chart"
    title: str
    svg: Annotated[str, Field(min_length=1)]
    alt: Annotated[str, Field(min_length=1)]
    svg_narrow: str = ""
    note: str = ""

    _printable = field_validator("title", "alt", "note")(clean)

    @field_validator("alt")
    @classmethod
    def _says_something(cls, alt: str) -> str:
        if not alt.strip():
            raise ValueError("a chart needs an alternative text")
        return alt


class Picture(BaseBlock):
    """A picture made of dots (PNG, base64) with its alternative text; an exporter writes its dots anew."""

    kind: Literal["picture"] = "picture"
    title: str = ""
    png: Annotated[str, Field(min_length=1, max_length=MAX_PICTURE)]
    alt: Annotated[str, Field(min_length=1, pattern=r"\S")]
    note: str = ""

    _printable = field_validator("title", "alt", "note")(clean)


class Text(BaseBlock):
    """Paragraphs or bullet points, with or without a heading."""

    kind: Literal["text"] = "text"
    title: str = ""
    level: Literal[2, 3] = 2
    paragraphs: tuple[Line, ...] = ()
    bullets: tuple[Line, ...] = ()
    new_page: bool = False

    _printable = field_validator("title")(clean)


Block = Annotated[
    Cover | Kpis | Checklist | Table | Chart | Picture | Text | Dataset | Points | Official | Signatures,
    Field(discriminator="kind"),
]
_ADAPTER: TypeAdapter[Block] = TypeAdapter(Block)


def from_data(data: Any) -> Block:
    """Return the block that `data` describes.

    Raises:
        pydantic.ValidationError: `data` is no block of ours.
    """
    return _ADAPTER.validate_python(data)


def row(*cells: str | Cell) -> Row:
    """Return a row; plain strings become cells of one line."""
    return Row(cells=tuple(given if isinstance(given, Cell) else cell(given) for given in cells))


def group_row(text: str) -> Row:
    """Return a row that carries one heading over all columns."""
    return Row(cells=(cell(Run(text=text, tone="muted")),), group=True)
