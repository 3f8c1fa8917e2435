"""The pickers: an agency found by a few letters, year, instrument, line, one item, and items that are thought to rise.

Only kinds that take keys in JupyterLab: lists of the Select kind give their arrows and letters to the notebook.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from ita_analysis.lab.explore import said
from ita_analysis.lab.index import Hit
from ita_analysis.lab.state import instruments_of
from ita_analysis.lab.views import item_codes
from ita_analysis.lab.words import tell

if TYPE_CHECKING:
    from ita_analysis.lab.explore import Explore

ROW = {"flex_flow": "row wrap", "align_items": "center", "overflow": "visible"}
LABEL = {"description_width": "7em"}


class Pickers:
    """The row of pickers of one exploring notebook; they follow what is picked and change it."""

    def __init__(self, room: Explore) -> None:
        self.room = room
        self._follows = False  # while they show what was picked elsewhere
        self._buttons: dict[str, Any] = {}
        self.now = widgets.HTML()
        self.message = widgets.HTML()
        self.count = widgets.HTML()
        self.search = _text("search", continuous_update=True)
        self.hits = widgets.HBox(layout=widgets.Layout(**ROW))
        self.hits.add_class("ita-hits")
        self.year = widgets.ToggleButtons(description=tell("pick.year"), style={**LABEL, "button_width": "auto"})
        self.instrument = widgets.ToggleButtons(
            description=tell("pick.instrument"), style={**LABEL, "button_width": "auto"}
        )
        self.line = _number("line")
        self.item = widgets.Combobox(
            description=tell("pick.item"),
            placeholder=tell("pick.item_hint"),
            continuous_update=False,
            style=LABEL,
            layout=widgets.Layout(width="32em"),
        )
        self.raised = _text("raised", continuous_update=False)
        self.target = _number("target")
        self._follow()
        self._listen()
        room.followers[:] = [self._follow]
        parts = [
            *(self.now, self.search, self.count, self.hits, self.year, self.instrument, self.line),
            *(self.item, self.raised, self.target, self.message),
        ]
        self.box = widgets.VBox(parts)
        self.box.add_class("ita-room")

    def _listen(self) -> None:
        self.search.observe(self.guarded(lambda change: self._search(change["new"])), "value")
        for picker, name in ((self.year, "year"), (self.instrument, "instrument"), (self.line, "line")):
            self._changes(picker, name, lambda value: value)
        self._changes(self.item, "item", lambda text: text.split()[0] if text.split() else "")
        self._changes(self.raised, "raised", lambda text: tuple(text.replace(",", " ").split()))
        self._changes(self.target, "target", float)

    def _changes(self, picker: Any, name: str, read: Callable[[Any], Any]) -> None:
        """Let a picker change one thing that is picked."""

        def changed(change: dict[str, Any]) -> None:
            if not self._follows:
                self._change(**{name: read(change["new"])})

        picker.observe(self.guarded(changed), "value")

    def guarded(self, action: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return the callback with its errors shown as a sentence: JupyterLab itself shows none."""

        def safely(event: Any) -> None:
            try:
                self.message.value = ""
                action(event)
            except Exception as error:
                self.message.value = f"<p role='alert'>{escape(said(error)).replace(chr(10), '<br>')}</p>"

        return safely

    def _search(self, text: str) -> None:
        found, count = self.room.source.search(text)
        self.hits.children = [self._button(hit) for hit in found]
        if not text.strip():
            self.count.value = ""
        elif not count:
            near = tell("ask.nearest", names="") if found else ""
            self.count.value = escape(f"{tell('pick.found_none', text=text.strip())} {near}")
        else:
            key = "pick.found" if count == len(found) else "pick.found_more"
            self.count.value = escape(tell(key, count=f"{count:,}", shown=len(found)))

    def _button(self, hit: Hit) -> Any:
        """Return the button of an agency; made once, for making one costs more than showing it."""
        if hit.code not in self._buttons:
            name = tell("pick.hit", name=hit.name_th, code=hit.code)
            made = widgets.Button(description=name, tooltip=name, layout=widgets.Layout(width="auto"))
            made.on_click(self.guarded(lambda _: self._pick(hit)))
            self._buttons[hit.code] = made
        return self._buttons[hit.code]

    def _pick(self, hit: Hit) -> None:
        self._change(agency=self.room.source.agency(hit.code))

    def _change(self, **given: Any) -> None:
        """Pick something else; where its group has to be counted first, say so meanwhile."""
        if framework := self.room.uncounted(**given):
            self.message.value = f"<p role='status'>{escape(tell('pick.counting', framework=framework))}</p>"
        self.room.change(**given)
        self.message.value = ""

    def _follow(self) -> None:
        """Show what is picked."""
        picked, facts = self.room.picked, self.room.facts
        self._follows = True
        try:
            said_now = tell("pick.now", name=facts.name_th, code=picked.agency, year=picked.year)
            self.now.value = f"<b aria-live='polite'>{escape(said_now)}</b>"
            _choices(self.year, [(str(year), year) for year in self.room.source.years_of(picked.agency)], picked.year)
            every = [(tell("pick.every"), ""), *((code, code) for code in instruments_of(facts))]
            _choices(self.instrument, every, picked.instrument)
            self.line.value = picked.line
            self.item.options = [f"{code} {facts.topic_th(code)}".strip() for code in item_codes(facts)]
            self.item.value = f"{picked.item} {facts.topic_th(picked.item)}".strip()
            self.raised.value = " ".join(picked.raised)
            self.target.value = picked.target
            for code, button in self._buttons.items():
                button.button_style = "info" if code == picked.agency else ""
        finally:
            self._follows = False


def _choices(picker: Any, options: list[tuple[str, Any]], value: Any) -> None:
    """Show other choices where they are others, and which is picked."""
    if list(picker.options) != options:
        picker.options = options
    picker.value = value


def _text(name: str, *, continuous_update: bool) -> Any:
    return widgets.Text(
        description=tell(f"pick.{name}"),
        placeholder=tell(f"pick.{name}_hint"),
        continuous_update=continuous_update,
        style=LABEL,
        layout=widgets.Layout(width="32em"),
    )


def _number(name: str) -> Any:
    layout = widgets.Layout(width="14em")
    return widgets.BoundedFloatText(
        description=tell(f"pick.{name}"), min=0.01, max=100.0, step=0.5, style=LABEL, layout=layout
    )
