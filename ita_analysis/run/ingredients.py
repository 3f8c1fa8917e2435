"""What a pack is made from, as digests by kind; this module reads files only, so that a plan is light (CONTRACT: Cache key)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ita_analysis import places

PARTS = ("scores", "peers", "rules", "grounds", "register", "notebook", "package", "parameters")
PATH_PARAMETERS = ("scores", "rules", "registers")  # where files lie changes no page
ENDINGS = {".py", ".toml", ".txt", ".typ", ".css", ".j2", ".xml"}  # of the package's own files


def with_run_parts(parts: Mapping[str, str], notebook: Path, parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return the parts that a brief counts itself together with notebook, package and parameters.

    Args:
        parts: digests `scores`, `peers`, `rules`, `grounds`, `register`; fewer where a notebook has no cover of ours.
        notebook: the notebook as it lies on disk.
        parameters: what it is run with, and the options that shape the pages.
    """
    kept = {name: value for name, value in parameters.items() if name not in PATH_PARAMETERS}
    return {
        **parts,
        "notebook": notebook_digest(notebook),
        "package": package_digest(),
        "parameters": _digest(json.dumps(kept, ensure_ascii=False, sort_keys=True)),
    }


def cache_key(parts: Mapping[str, str]) -> str:
    """Return all parts as one digest."""
    return _digest(json.dumps(dict(parts), ensure_ascii=False, sort_keys=True))


def notebook_digest(path: Path) -> str:
    """Return the sha256 over a notebook's cells: kind, source, tags."""
    return _notebook_digest(path.read_bytes())


@lru_cache(maxsize=8)
def _notebook_digest(data: bytes) -> str:
    cells = [
        [cell["cell_type"], "".join(cell["source"]), sorted(cell.get("metadata", {}).get("tags", []))]
        for cell in json.loads(data)["cells"]
    ]
    return _digest(json.dumps(cells, ensure_ascii=False))


@lru_cache(maxsize=1)
def package_digest() -> str:
    """Return the sha256 over the package's own files and the lock file."""
    digest = hashlib.sha256()
    for path in package_files():
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def package_files() -> list[Path]:
    """Return the package's own files and the lock file."""
    package = Path(__file__).resolve().parent.parent
    files = sorted(path for path in package.rglob("*") if path.suffix in ENDINGS)
    return [path for path in (*files, places.project_root() / "requirements.lock") if path.is_file()]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
