"""The page of a run: one line per agency to search, sort and filter; offline, one script of ours, a plain table without it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from ita_analysis.export.html import new_environment
from ita_analysis.export.words import say
from ita_analysis.thai import fonts
from ita_analysis.thai.text import printable

STATES = ("failed", "outdated", "ok")  # what needs a hand comes first in the filter


def render(state: Mapping[str, Any]) -> str:
    """Return the page of a run's state (`run.index.run_state`); nothing on it depends on clock, run name or folder."""
    lines = [_line(record) for record in state["agencies"]]
    data = [{"find": line["find"], "state": line["state"]} for line in lines]
    year = state["fiscal_year_be"]
    title = say("run.title").format(year=year) if year is not None else say("run.title_plain")
    return _environment().get_template("index.html.j2").render(state=state, lines=lines, data=data, title=title)


def _line(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with what is searched in it; text is shown as the characters that it is."""
    code, name = printable(record["agency_code"]), printable(record["agency_name_th"])
    find = " ".join([code, name, *map(printable, record["aliases"])]).casefold()
    links = [(kind, _address(path)) for kind, path in record["links"].items()]
    return {
        **record,
        "agency_code": code,
        "agency_name_th": name,
        "why": printable(record["why"]),
        "find": find,
        "links": links,
    }


def _address(path: str) -> str:
    """Return a path in the run as a relative address: never a scheme, never out of the run's folder."""
    return "./" + quote(path.encode("utf-8", "replace"), safe="/")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = new_environment()
    environment.filters["shown"] = printable
    script = _own("index.js.j2")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    style = Markup(fonts.web_font_css() + _own("index.css"))  # noqa: S704 - our own two files
    environment.globals.update(
        say=say,
        states=STATES,
        style=style,
        script=Markup(script),  # noqa: S704 - our own file, no data in it
        script_hash=f"'sha256-{digest}'",
    )
    return environment


def _own(name: str) -> str:
    return (files("ita_analysis.export") / "templates" / name).read_text(encoding="utf-8").replace("\r\n", "\n")
