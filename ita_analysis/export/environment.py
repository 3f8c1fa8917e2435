"""How a template becomes a page: every text escaped, no name missing."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined


def new_environment() -> Environment:
    """Return an environment of our templates that escapes every text and takes no missing name."""
    return Environment(
        loader=PackageLoader("ita_analysis.export"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
