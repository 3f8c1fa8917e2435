"""Makes nbformat light to import: this module is imported before any other that needs nbformat.

JupyterLab installs extra formats for jsonschema; one of them builds a grammar of international addresses when it is
imported, which costs more than a second in every process. Notebooks need no such check: jsonschema goes without.
"""

from __future__ import annotations

import sys

HEAVY = "rfc3987_syntax"

if HEAVY not in sys.modules:
    sys.modules[HEAVY] = None  # type: ignore[assignment]
