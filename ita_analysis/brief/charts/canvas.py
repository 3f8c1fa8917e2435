"""Paper to draw charts on: millimetres from the top left corner, the page font, and the same bytes each time."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Literal

import matplotlib
from matplotlib import font_manager
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text

from ita_analysis.thai import fonts

MM = 72 / 25.4  # points in a millimetre

INK, MUTED, ACCENT, LAST_YEAR = "#1f2933", "#5b6770", "#0b5c8a", "#7b8794"
BELOW, BELOW_TINT, ABOVE = "#b3261e", "#fbeeed", "#1b6e4b"
RULE, THIN_RULE, BAND = "#cfd6dc", "#e3e8ec", "#dde3e8"

Weight = Literal[400, 500, 700]


@lru_cache(maxsize=1)
def _faces() -> dict[int, str]:
    """Register the page font with matplotlib, once, and return its files by weight."""
    folder = fonts.font_folder()
    faces = {weight: str(folder / fonts.pdf_font_file(style)) for style, weight in fonts.WEIGHTS.items()}
    for path in faces.values():
        font_manager.fontManager.addfont(path)
    return faces


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, weight: Weight = 400) -> float:
    """Return the width of `text` in millimetres at `size` points."""
    face = FT2Font(_faces()[weight])
    face.set_size(size, 72)
    face.set_text(text, 0.0)
    return float(face.get_width_height()[0] / 64 / MM)


class Canvas:
    """One drawing of fixed size; everything is placed in millimetres, y downwards."""

    def __init__(self, width: float, height: float) -> None:
        _faces()
        self.width, self.height = width, height
        self._figure = Figure(figsize=(width / 25.4, height / 25.4), dpi=72)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(0, width), ylim=(height, 0))
        self._axes.set_axis_off()

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 0.5, *, dashed: bool = False
    ) -> None:
        """Draw a straight line; `width` in points."""
        style: Literal["-", ":"] = ":" if dashed else "-"
        self._axes.add_line(Line2D([x1, x2], [y1, y2], color=colour, linewidth=width, linestyle=style))

    def box(self, x: float, y: float, width: float, height: float, fill: str, edge: str | None = None) -> None:
        """Draw a filled rectangle."""
        self._axes.add_patch(Rectangle((x, y), width, height, facecolor=fill, edgecolor=edge or "none", linewidth=0.5))

    def triangle_down(self, x: float, y: float, size: float, fill: str) -> None:
        """Draw ▼ with its middle at (x, y)."""
        half = size / 2
        self._axes.add_patch(
            Polygon([(x - half, y - half), (x + half, y - half), (x, y + half)], facecolor=fill, edgecolor="none")
        )

    def dot(self, x: float, y: float, colour: str, *, hollow: bool = False, size: float = 6.0) -> None:
        """Draw a dot of `size` points, or a ring."""
        self._axes.add_line(
            Line2D(
                [x],
                [y],
                marker="o",
                linestyle="none",
                markersize=size,
                markerfacecolor="white" if hollow else colour,
                markeredgecolor=colour,
                markeredgewidth=1.5 if hollow else 0,
            )
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        colour: str = INK,
        size: float = 8.5,
        weight: Weight = 400,
        align: Literal["left", "center", "right"] = "left",
    ) -> None:
        """Write `text` with its baseline at `y`; never read as mathematics."""
        self._axes.add_artist(
            Text(
                x,
                y,
                text,
                color=colour,
                fontsize=size,
                fontfamily=fonts.PDF_FAMILY,
                fontweight=weight,
                horizontalalignment=align,
                verticalalignment="baseline",
                parse_math=False,
            )
        )

    def svg(self) -> str:
        """Return the drawing; its text stays text, so that it can be searched and costs little."""
        buffer = io.BytesIO()
        canvas = FigureCanvasSVG(self._figure)
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ita"}):
            canvas.print_svg(buffer, metadata=nothing)  # type: ignore[no-untyped-call]
        return buffer.getvalue().decode("utf-8")
