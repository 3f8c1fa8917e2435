"""The button that makes the brief of what is picked: a bar while it is made, then links to its files."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets  # type: ignore[import-untyped]
from IPython.display import DisplayHandle, display

from ita_analysis import places
from ita_analysis.lab import jobs
from ita_analysis.lab.explore import said
from ita_analysis.lab.jobs import Ended
from ita_analysis.lab.screen import FAMILY
from ita_analysis.lab.words import tell

if TYPE_CHECKING:
    from ita_analysis.lab.explore import Explore

LINKED = (".html", ".pdf", ".xlsx")


class Links:
    """Links to files beside the notebook, for the screen alone."""

    def __init__(self, files: tuple[Path, ...] = (), said: str = "") -> None:
        self.files, self.said = files, said

    def _repr_html_(self) -> str:
        here = Path.cwd()
        shown = "".join(
            f"<li><a href='{escape(Path(os.path.relpath(file, here)).as_posix())}' target='_blank'>"
            f"{escape(tell('job.open', file=file.name))}</a></li>"
            for file in self.files
            if file.suffix in LINKED
        )
        said = escape(self.said).replace("\n", "<br>")
        return f"<div style=\"font-family:{FAMILY}\"><p role='status'>{said}</p><ul>{shown}</ul></div>"

    def __repr__(self) -> str:
        return self.said


class BriefButton:
    """A button, a bar and the links; one brief at a time."""

    def __init__(self, room: Explore) -> None:
        self.room = room
        self.button = widgets.Button(description=tell("job.make"), layout=widgets.Layout(width="auto"))
        self.bar = widgets.IntProgress(min=0, max=jobs.STEPS, layout=widgets.Layout(visibility="hidden"))
        self.step = widgets.HTML()
        self.button.on_click(self._start)
        self.box = widgets.VBox([widgets.HBox([self.button, self.bar, self.step])])
        self.box.add_class("ita-room")
        self.links: DisplayHandle | None = None

    def show(self) -> None:
        """Show the button, and below it the place where the links will stand."""
        display(self.box)  # type: ignore[no-untyped-call]
        self.links = display(Links(), display_id=True)  # type: ignore[no-untyped-call]

    def _start(self, _: Any) -> None:
        try:
            facts = self.room.facts
            command = jobs.brief_command(facts, self.room.scores, self.room.rules, places.outputs_folder())
            self.button.disabled = True
            self.bar.value, self.bar.bar_style, self.bar.layout.visibility = 0, "", "visible"
            self.step.value = escape(tell("job.start", name=facts.name_th, year=facts.fiscal_year_be))
            self._put(Links())
            jobs.start(command, self._stepped, self._ended)
        except Exception as error:
            self._ended(Ended((), said(error), 0.0))

    def _stepped(self, text: str) -> None:
        self.bar.value = min(self.bar.value + 1, jobs.STEPS - 1)
        self.step.value = escape(text)

    def _ended(self, ended: Ended) -> None:
        self.bar.value = jobs.STEPS
        self.bar.bar_style = "danger" if ended.error else "success"
        done = tell("job.failed") if ended.error else tell("job.done", seconds=f"{ended.seconds:.1f}")
        self.step.value = escape(done)
        self._put(Links(ended.files, ended.error))
        self.button.disabled = False

    def _put(self, links: Links) -> None:
        if self.links is not None:
            self.links.update(links)  # type: ignore[no-untyped-call]
