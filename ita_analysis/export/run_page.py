"""The page of a run: one line per agency to search, sort and filter; offline, one script of ours, a plain table without it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from ita_analysis.export.environment import new_environment
from ita_analysis.export.words import say
from ita_analysis.thai import fonts
from ita_analysis.thai.text import printable

STATES = ("failed", "outdated", "waiting", "ok")  # what needs a hand comes first in the filter
UNKNOWN = "–"
_PLAIN = re.compile(r"[A-Za-z0-9_./-]+")  # needs no quoting
NUMBERS = ("findings", "documents_missing", "total")


def render(state: Mapping[str, Any]) -> str:
    """Return the page of a run's state (`run.index.run_state`); nothing on it depends on clock, run name or folder."""
    records, year, said = state["agencies"], state["fiscal_year_be"], say("run.said")
    return (
        _environment()
        .get_template("index.html.j2")
        .render(
            state=state,
            said=said,
            title=_title(year, state.get("round")),
            states=[name for name in STATES if name != "waiting" or state["counts"][name]],
            city=_links(state["city"], said),
            has_total=any(record["total"] is not None for record in records),
            lines=[_line(record, said) for record in records],
            data={"states": STATES, "lines": [_searched(record) for record in records]},
        )
    )


def _title(year: int | None, number: int | None) -> str:
    if year is None:
        return str(say("run.title_plain"))
    key = "run.title_report" if number else "run.title"
    return str(say(key).format(year=year, months=6 if number == 1 else 12))


def _line(record: Mapping[str, Any], said: Mapping[str, str]) -> tuple[Any, ...]:
    """Return a record as the table shows it; text is shown as the characters that it is."""
    links, findings, documents, total = (record[name] for name in ("links", *NUMBERS))
    return (
        printable(record["agency_code"]),
        printable(record["agency_name_th"]),
        _address(links["html"]) if "html" in links else "",
        record["state"],
        said["state_" + record["state"]],
        *(UNKNOWN if count is None else count for count in (findings, documents)),
        UNKNOWN if total is None else f"{total:.2f}",
        printable(record["why"]),
        _address(links["reason"]) if "reason" in links else "",
        _links({kind: path for kind, path in links.items() if kind not in ("html", "reason")}, said),
    )


def _links(paths: Mapping[str, str], said: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return links as word and address."""
    return [(said["link_" + kind], _address(path)) for kind, path in paths.items()]


def _searched(record: Mapping[str, Any]) -> list[Any]:
    """Return what the script needs of a record beside its cells: state, numbers, and the other names it is known by."""
    return [STATES.index(record["state"]), *(record[name] for name in NUMBERS), printable(" ".join(record["aliases"]))]


def _address(path: str) -> str:
    """Return a path in the run as a relative address: never a scheme, never out of the run's folder."""
    return "./" + (path if _PLAIN.fullmatch(path) else quote(path.encode("utf-8", "replace"), safe="/"))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = new_environment()
    environment.filters["shown"] = printable
    script = _own("index.js.j2")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    style = Markup(fonts.web_font_css() + _own("index.css"))  # noqa: S704 - our own two files
    environment.globals.update(
        style=style,
        script=Markup(script),  # noqa: S704 - our own file, no data in it
        script_hash=f"'sha256-{digest}'",
    )
    return environment


def _own(name: str) -> str:
    return (files("ita_analysis.export") / "templates" / name).read_text(encoding="utf-8").replace("\r\n", "\n")
