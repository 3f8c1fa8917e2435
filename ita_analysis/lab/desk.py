"""Opens JupyterLab on a copy of the exploring notebook: `python -m ita_analysis.lab.desk`, what `make lab` runs.

The project is the root, so that links from a notebook reach its outputs; the copy lies under `outputs/lab`, so that a
run stores nothing in a tracked notebook; the page font comes along, for machines without Thai letters.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ita_analysis import places
from ita_analysis.errors import ItaError, MachineError
from ita_analysis.lab.words import tell
from ita_analysis.thai import fonts

NOTEBOOK = "explore.ipynb"
_SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
_LETTERS = (  # the faces of JupyterLab stay; ours stands behind them for the letters that they lack
    f"body{{--jp-ui-font-family:system-ui,-apple-system,'Segoe UI',Helvetica,Arial,'{fonts.PDF_FAMILY}',sans-serif;"
    "--jp-content-font-family:var(--jp-ui-font-family);"
    f"--jp-code-font-family:Menlo,Consolas,'DejaVu Sans Mono','{fonts.PDF_FAMILY}',monospace}}"
)


def desk_folder() -> Path:
    """Return the folder of an analyst's own copies."""
    return places.outputs_folder() / "lab"


def lay_out(name: str = NOTEBOOK) -> Path:
    """Return the analyst's copy of a notebook, made where there is none; one that differs stays and is said to."""
    shipped, copy = places.notebooks_folder() / name, desk_folder() / name
    names = {"file": places.shown(shipped), "copy": places.shown(copy)}
    if not copy.is_file():
        _put(copy, shipped.read_text(encoding="utf-8"))
        print(tell("desk.copied", **names), file=sys.stderr)
    elif _sources(copy) != _sources(shipped):
        print(tell("desk.differs", **names), file=sys.stderr)
    return copy


def _sources(path: Path) -> list[str]:
    """Return what the cells of a notebook say, without what they showed; nothing of a damaged one."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return ["".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError):
        return []


def options(copy: Path, more: Sequence[str] = ()) -> list[str]:
    """Return the options with which JupyterLab opens on a copy; `more` are those of whoever opens it."""
    style, settings = places.cache_folder() / "lab-style", places.cache_folder() / "lab-settings"
    _put(style / "custom.css", fonts.web_font_css() + _LETTERS)
    _put(settings / "overrides.json", json.dumps(_SETTINGS))
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0  # in a container; the token still guards the door
    return [
        f"--ServerApp.root_dir={places.project_root()}",
        *(f"--LabApp.default_url=/lab/tree/{places.shown(copy)}", f"--LabApp.app_settings_dir={settings}"),
        *("--LabApp.custom_css=True", f"--ServerApp.tornado_settings=static_custom_path={style}"),
        *(["--allow-root"] if is_root else []),
        *more,
    ]


def _put(path: Path, text: str) -> None:
    """Write what JupyterLab reads at its start."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise MachineError(tell("desk.no_cache", reason=error.strerror), todo=tell("desk.no_cache_fix")) from error


def main() -> None:
    """Lay out the copy and run JupyterLab until it is closed."""
    try:
        given = options(lay_out(), sys.argv[1:])
    except ItaError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    LabApp.launch_instance(given)


if __name__ == "__main__":
    main()
