"""The marks of proof: which facts of a result make which mark, by the rules of `claims.toml`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from ita_analysis.thai.catalogue import catalogue
from ita_analysis.thai.digits import to_arabic_digits


@dataclass(frozen=True)
class Facts:
    """What can be checked of a result; the rules of `claims.toml` make a mark of it and of nothing else.

    `own_file`: a file of ours that is for this result, its picture not dated outside the round. `evidence`: that, or
    one of a whole block, or one only printed. `dated`: done on a day of its round. `counted`: a quantity above 0.
    """

    result: bool = False
    evidence: bool = False
    own_file: bool = False
    dated: bool = False
    counted: bool = False


@dataclass(frozen=True)
class Proof:
    """A mark with the state that the brief says of it, its line in the legend, and its word where no mark is drawn."""

    name: str
    mark: str
    state: str
    legend_th: str
    word_th: str

    @property
    def state_th(self) -> str:
        """Return the state in the words of the brief."""
        return str(rules()["state"][self.state])


def rules() -> dict[str, Any]:
    """Return marks, words and rules (`claims.toml`): the one file that every page reads."""
    return catalogue("measures", "claims.toml")


@cache
def proofs() -> tuple[Proof, ...]:
    """Return every mark, for the legend."""
    return tuple(
        Proof(one["name"], one["mark"], one["state"], one["legend_th"], one["word_th"]) for one in rules()["proof"]
    )


@cache
def word_of(name: str) -> str:
    """Return the short word of the mark `name`.

    >>> word_of("proven")
    'มีหลักฐาน'
    """
    return next(proof.word_th for proof in proofs() if proof.name == name)


def proof_of(facts: Facts) -> Proof:
    """Return the first mark whose rule holds.

    >>> proof_of(Facts(result=True, evidence=True, own_file=True, counted=True)).mark
    '●'
    >>> proof_of(Facts(result=True, dated=True, counted=True)).mark
    '○'
    """
    known = asdict(facts)
    for proof, rule in zip(proofs(), rules()["proof"], strict=True):
        holds = all(known[name] == wanted for name, wanted in rule["all"].items())
        if holds and any(
            known[name] == wanted for name, wanted in rule.get("any", {"result": known["result"]}).items()
        ):
            return proof
    raise LookupError("claims.toml has no rule for every case")


def is_word_for_word(plan: str, result: str) -> bool:
    """Return whether two texts are equal but for white space and the script of their digits.

    >>> is_word_for_word("รอบ ๖ เดือน", "รอบ 6  เดือน"), is_word_for_word("", "")
    (True, False)
    """
    return _letters(plan) == _letters(result) != ""


def _letters(text: str) -> str:
    return "".join(to_arabic_digits(text).replace("\u200b", "").split())
