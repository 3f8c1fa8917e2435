"""A name that is not there answers with the nearest that is."""

from __future__ import annotations

from collections.abc import Sequence


class NoSuchNameError(AttributeError):
    """A wrong name, told with the nearest right ones; the sentence is made when somebody reads it."""

    def __init__(self, owner: str, name: str, known: Sequence[str]) -> None:
        super().__init__(name)
        self.owner, self.wanted, self.known = owner, name, tuple(known)

    def __str__(self) -> str:
        from ita_analysis.errors import nearest
        from ita_analysis.lab.words import tell

        close = nearest(self.wanted, self.known)
        said = tell("ask.nearest", names=" ".join(close)) if close else tell("ask.name_is", names=" ".join(self.known))
        return f"{tell('ask.name_unknown', owner=self.owner, name=self.wanted)} · {said}"


def no_such_name(owner: str, name: str, known: Sequence[str]) -> NoSuchNameError:
    """Return the error for `name`, which `owner` does not have."""
    return NoSuchNameError(owner, name, known)
