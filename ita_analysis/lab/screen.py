"""The notebook's screen: views behind handles that are updated in place, and the page font for machines without Thai."""

from __future__ import annotations

from typing import Any

from IPython.display import DisplayHandle, display

from ita_analysis.brief.blocks import Block, Text
from ita_analysis.thai import fonts

FAMILY = f"'{fonts.PDF_FAMILY}',Sarabun,sans-serif"
_PICKERS = (
    f".ita-room,.ita-room *{{font-family:{FAMILY};font-size:15px}}"
    ".ita-room .widget-toggle-buttons{display:flex;flex-direction:row;flex-wrap:wrap;align-items:baseline;margin-bottom:4px}"
    ".ita-room .widget-toggle-buttons .widget-label{width:7em;text-align:right;flex:none;margin-right:4px}"
    ".ita-room button:focus-visible{outline:2px solid #0b5c8a;outline-offset:1px}"
)


class Screen:
    """What a notebook shows by name; a cell that runs again takes its view's place."""

    def __init__(self) -> None:
        self.shown: dict[str, DisplayHandle] = {}

    def show(self, name: str, block: Block) -> None:
        """Show a view in the cell that runs."""
        handle = display(block, display_id=True)  # type: ignore[no-untyped-call]
        if handle is not None:
            self.shown[name] = handle

    def update(self, name: str, block: Block) -> None:
        """Put another block where the view stands."""
        self.shown[name].update(block)  # type: ignore[no-untyped-call]

    def put(self, thing: Any) -> None:
        """Show a widget."""
        display(thing)  # type: ignore[no-untyped-call]

    def wear_the_font(self) -> None:
        """Show nothing but the page font, so that a browser without Thai letters has them; exports leave it out."""
        data = {
            **Text()._repr_mimebundle_(),
            "text/html": f"<style>{fonts.web_font_css()}{_PICKERS}</style>",
            "text/plain": "",
        }
        display(data, raw=True)  # type: ignore[no-untyped-call]
