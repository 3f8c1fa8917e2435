"""Has pandas hold texts as Python's own while the brief of one agency is made.

Arrow's texts are made for long columns: on the few hundred rows of one agency every step takes longer with them, a
tenth of the whole brief. The option holds inside a call alone, a notebook's own frames are as pandas makes them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import pandas as pd

Asked = ParamSpec("Asked")
Made = TypeVar("Made")


def with_plain_texts(function: Callable[Asked, Made]) -> Callable[Asked, Made]:
    """Return the function as it is, run under the option."""

    @wraps(function)
    def run(*given: Asked.args, **named: Asked.kwargs) -> Made:
        with pd.option_context("mode.string_storage", "python"):
            return function(*given, **named)

    return run


def parts_with_plain_texts(kind: type[Made]) -> type[Made]:
    """Return the class with every public method of its own run under the option."""
    for name, method in list(vars(kind).items()):
        if callable(method) and not name.startswith("_"):
            setattr(kind, name, with_plain_texts(method))
    return kind
