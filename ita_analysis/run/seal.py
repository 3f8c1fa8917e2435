"""The seal of a manifest: one digest over all that it says, so that a figure changed in it later is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

SEAL = "seal"
UNSEALED = (SEAL, "seconds", "run")  # two makings of the same pack differ in these alone (CONTRACT: Same bytes)


def seal_of(manifest: Mapping[str, Any]) -> str:
    """Return the sha256 of what a manifest says, however its file is laid out."""
    said = {name: value for name, value in manifest.items() if name not in UNSEALED}
    return hashlib.sha256(json.dumps(said, ensure_ascii=True, sort_keys=True).encode("ascii")).hexdigest()
