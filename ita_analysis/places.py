"""Where things lie: the project's root, its data, notebooks and outputs, and the one cache folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def project_root() -> Path:
    """Return the folder that holds `notebooks/`, `data/` and `outputs/`."""
    return Path(__file__).resolve().parent.parent


def data_folder() -> Path:
    """Return the folder of shipped and own data."""
    return project_root() / "data"


def notebooks_folder() -> Path:
    """Return the folder of the product's notebooks."""
    return project_root() / "notebooks"


def outputs_folder() -> Path:
    """Return the default folder of runs."""
    return project_root() / "outputs"


def cache_folder() -> Path:
    """Return the one cache folder (`ITA_CACHE`, else the user's cache); it need not exist yet."""
    if chosen := os.environ.get("ITA_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "ita-analysis"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ita-analysis"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ita-analysis"


def from_root(path: str | Path) -> Path:
    """Return `path`, a relative one counted from the project's root (never from a kernel's folder)."""
    return Path(os.path.abspath(project_root() / path))


def shown(path: Path) -> str:
    """Return `path` as a page or manifest names it: relative to the project's root where it lies inside."""
    root = project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
