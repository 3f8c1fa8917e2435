"""Paper to draw charts on: millimetres from the top left corner, the page font, and the same bytes each time.

matplotlib's SVG renderer draws directly, without a figure and axes: marks of one look are one path, and no text is laid
out that the page lays out anyway.
"""

from __future__ import annotations

import io
import pathlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import matplotlib
from matplotlib import font_manager
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from ita_analysis.thai import fonts

MM = 72 / 25.4  # points in a millimetre
LEADING_VOWELS = "เแโใไ"  # stand before the letter they belong to
DASH = (1.0, 1.65)  # a dotted line: drawn and left out, in widths of the line
_UNTURNED = re.compile(r' transform="rotate\(-?0 [\d. -]*\)"')  # the renderer says so of every text

INK, MUTED, ACCENT, LAST_YEAR = "#1f2933", "#5b6770", "#0b5c8a", "#7b8794"
BELOW, BELOW_TINT, ABOVE = "#b3261e", "#fbeeed", "#1b6e4b"
RULE, THIN_RULE, BAND = "#cfd6dc", "#e3e8ec", "#dde3e8"
PICKED_TINT = "#e1edf4"  # behind what someone picked

Weight = Literal[400, 500, 700]
Align = Literal["left", "center", "right"]
Point = tuple[float, float]


class _Stroke(NamedTuple):
    colour: str
    width: float
    dashed: bool


class _Fill(NamedTuple):
    colour: str
    edge: str | None


class _Dot(NamedTuple):
    colour: str
    hollow: bool
    size: float


class _Words(NamedTuple):
    x: float
    y: float
    text: str
    colour: str
    size: float
    weight: Weight
    align: Align


@lru_cache(maxsize=1)
def _faces() -> dict[int, str]:
    """Register the page font with matplotlib, once, and return its files by weight."""
    folder = fonts.font_folder()
    faces = {weight: str(folder / fonts.pdf_font_file(style)) for style, weight in fonts.WEIGHTS.items()}
    for path in faces.values():
        font_manager.fontManager.addfont(path)
    return faces


@lru_cache(maxsize=8)
def _face(weight: Weight) -> FT2Font:
    """Return a face that reads from memory: an open file has one place, and processes forked from this one would share it."""
    return FT2Font(io.BytesIO(pathlib.Path(_faces()[weight]).read_bytes()))


@lru_cache(maxsize=64)
def _font(size: float, weight: Weight) -> FontProperties:
    return FontProperties(family=fonts.PDF_FAMILY, size=size, weight=weight)


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, weight: Weight = 400) -> float:
    """Return the width of `text` in millimetres at `size` points."""
    face = _face(weight)
    face.set_size(size, 72)
    face.set_text(text, 0.0)
    return float(face.get_width_height()[0] / 64 / MM)


def cut_to(text: str, width: float, size: float, weight: Weight = 400) -> str:
    """Return `text`, or as much of its start as fits into `width` millimetres with … behind; no letter loses its marks."""
    if text_width(text, size, weight) <= width:
        return text
    end = len(text)
    while end and text_width(f"{text[:end]}…", size, weight) > width:
        end -= 1
    while end and (unicodedata.category(text[end]) == "Mn" or text[end - 1] in LEADING_VOWELS):
        end -= 1
    return f"{text[:end].rstrip()}…"


class Canvas:
    """One drawing of fixed size; everything is placed in millimetres, y downwards.

    Areas lie below lines, lines below dots, dots below texts; of one kind, the look that came first lies lowest.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._areas: dict[_Fill, list[Sequence[Point]]] = {}
        self._lines: dict[_Stroke, list[Sequence[Point]]] = {}
        self._dots: dict[_Dot, list[Point]] = {}
        self._texts: list[_Words] = []
        self.box(0, 0, width, height, "white")  # JupyterLab may be dark

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 0.5, *, dashed: bool = False
    ) -> None:
        """Draw a straight line; `width` in points."""
        self._lines.setdefault(_Stroke(colour, width, dashed), []).append(((x1, y1), (x2, y2)))

    def box(self, x: float, y: float, width: float, height: float, fill: str, edge: str | None = None) -> None:
        """Draw a filled rectangle."""
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        self._areas.setdefault(_Fill(fill, edge), []).append(corners)

    def triangle_down(self, x: float, y: float, size: float, fill: str) -> None:
        """Draw ▼ with its middle at (x, y)."""
        half = size / 2
        corners = ((x - half, y - half), (x + half, y - half), (x, y + half))
        self._areas.setdefault(_Fill(fill, None), []).append(corners)

    def dot(self, x: float, y: float, colour: str, *, hollow: bool = False, size: float = 6.0) -> None:
        """Draw a dot of `size` points, or a ring."""
        self._dots.setdefault(_Dot(colour, hollow, size), []).append((x, y))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        colour: str = INK,
        size: float = 8.5,
        weight: Weight = 400,
        align: Align = "left",
    ) -> None:
        """Write `text` with its baseline at `y`; never read as mathematics."""
        if text:
            self._texts.append(_Words(x, y, text, colour, size, weight, align))

    def svg(self) -> str:
        """Return the drawing; its text stays text, so that it can be searched and costs little."""
        buffer = io.StringIO()
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ita"}):
            renderer = RendererSVG(self.width * MM, self.height * MM, buffer, metadata=nothing)  # type: ignore[no-untyped-call]
            self._draw(renderer)
            renderer.finalize()  # type: ignore[no-untyped-call]
        return _UNTURNED.sub("", buffer.getvalue())

    def _draw(self, renderer: RendererBase) -> None:
        onto_page = Affine2D().scale(MM, -MM).translate(0, self.height * MM)
        for area, shapes in self._areas.items():
            pen = _pen(area.edge or area.colour, 0.5 if area.edge else 0.0, join="miter")
            renderer.draw_path(pen, _path(shapes, closed=True), onto_page, to_rgba(area.colour))
        for stroke, shapes in self._lines.items():
            pen = _pen(stroke.colour, stroke.width, cap="butt" if stroke.dashed else "projecting")
            if stroke.dashed:
                pen.set_dashes(0, [stroke.width * part for part in DASH])
            renderer.draw_path(pen, _path(shapes), onto_page)
        for dot, places in self._dots.items():
            pen, round_mark = _pen(dot.colour, 1.5 if dot.hollow else 0.0), Affine2D().scale(dot.size / 2)
            fill = to_rgba("white" if dot.hollow else dot.colour)
            renderer.draw_markers(pen, Path.unit_circle(), round_mark, Path(places), onto_page, fill)
        for words in self._texts:
            self._write(renderer, words)

    def _write(self, renderer: RendererBase, words: _Words) -> None:
        """Write one text at its anchor, so that whoever shows it measures it with their own font."""
        x, y, bottom = words.x * MM, words.y * MM, (self.height - words.y) * MM
        anchor = _anchor(words.align)
        anchor.set_position((x, bottom))
        pen, font = _pen(words.colour, 0.0), _font(words.size, words.weight)
        renderer.draw_text(pen, x, y, words.text, font, 0, ismath=False, mtext=anchor)


def _path(shapes: Sequence[Sequence[Point]], *, closed: bool = False) -> Path:
    """Return open lines or closed areas as one path."""
    points = [point for shape in shapes for point in [*shape, *([shape[0]] if closed else [])]]
    codes = [
        code
        for shape in shapes
        for code in [Path.MOVETO, *[Path.LINETO] * (len(shape) - 1), *([Path.CLOSEPOLY] if closed else [])]
    ]
    return Path(points, codes)


def _pen(
    colour: str,
    width: float,
    *,
    cap: Literal["butt", "projecting"] = "butt",
    join: Literal["miter", "round"] = "round",
) -> GraphicsContextBase:
    pen = GraphicsContextBase()
    pen.set_foreground(colour)
    pen.set_linewidth(width)
    pen.set_capstyle(cap)
    pen.set_joinstyle(join)
    return pen


@lru_cache(maxsize=3)
def _anchor(align: Align) -> Text:
    return Text(horizontalalignment=align)
