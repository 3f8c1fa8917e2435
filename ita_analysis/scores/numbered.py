"""Numbers for what cells say: each different saying is looked at once, and a column of millions is an array of numbers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Key = TypeVar("Key", str, tuple[str, ...])
Value = TypeVar("Value")
Numbers = NDArray[np.uint32]

ROOM = 200_000_000  # bytes, about: what the different sayings of one kind may take
ENTRY = 250  # bytes of one beside its text
FIGURES = 100_000  # different figures that are remembered at a time


class TooVaried(Exception):
    """More different texts than can be held."""


class Numbered(dict[Key, int], Generic[Key, Value]):
    """The number of each saying by its cells, counted from 1; 0 for one that is not plain. `said` holds what they mean."""

    def __init__(self, read: Callable[[Key], Value | None]) -> None:
        super().__init__()
        self.read, self.said, self.room = read, [], ROOM  # type: ignore[var-annotated]

    def __missing__(self, key: Key) -> int:
        self.room -= ENTRY + (sys.getsizeof(key) if isinstance(key, str) else sum(map(sys.getsizeof, key)))
        if self.room < 0:
            raise TooVaried
        value = self.read(key)
        self[key] = number = 0 if value is None else self.add(value)
        return number

    def add(self, value: Value) -> int:
        """Return the number of one more meaning, which no cells stand for."""
        self.said.append(value)
        return len(self.said)

    def column(self, cells: Iterable[Key], count: int) -> Numbers:
        """Return the numbers of a column of cells.

        Raises:
            TooVaried: there is no room for what they say.
        """
        return np.fromiter(map(self.__getitem__, cells), np.uint32, count)


class Figures(dict[str, float]):
    """The figure in each cell; NaN where it is not plain. It remembers the last ones only."""

    def __init__(self, read: Callable[[str], float | None]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, text: str) -> float:
        if len(self) >= FIGURES:
            self.clear()
        value = self.read(text)
        self[text] = figure = float("nan") if value is None else value
        return figure

    def column(self, cells: Iterable[str], count: int) -> NDArray[np.float64]:
        """Return the figures of a column of cells."""
        return np.fromiter(map(self.__getitem__, cells), np.float64, count)
