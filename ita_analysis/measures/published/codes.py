"""Which item a printed code means: letters lost or misread are decided by the rising order and the instrument above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from ita_analysis.measures.published.source import words
from ita_analysis.measures.ranges import with_plain_dashes
from ita_analysis.thai.digits import to_arabic_digits

_LETTERS = {"IIT": "I", "EIT": "E", "OIT": "O"}
_FREE = 10_000  # what a fall in the order costs: more than any jump


@dataclass
class Printed:
    """A code as a report prints it, and what it was taken for."""

    token: str
    line: int
    instrument: str = ""  # of the heading above; "" where none is known
    code: str = ""
    confidence: str = "sure"
    why: str = ""
    others: tuple[str, ...] = field(default_factory=tuple)


@cache
def _token() -> re.Pattern[str]:
    first = "".join(re.escape(sign) for sign in ("I", "E", "O", *words()["alike"]["letters"]))
    one = rf"[{first}{first.lower()}]?\s?[0-9]{{1,3}}"
    return re.compile(rf"({one}(?:\s*[-–—]\s*{one})?)(?=[\s(]|[ก-๛]|$)(?!\s*[.)])")


def token_at_start(text: str) -> str:
    """Return the code that `text` begins with, as it stands there, or an empty string (a list's number has a dot)."""
    match = _token().match(to_arabic_digits(text[:40]))
    return text[: match.end()].strip() if match else ""


def has_letter(token: str) -> bool:
    """Return whether the code begins with the letter of an instrument, so that it is no plain number."""
    return token[:1].upper() in "IEO"


def readings(token: str, instrument: str) -> tuple[str, ...]:
    """Return the codes that a printed token may mean under an instrument, the plainest first.

    >>> readings("๑๖", "IIT"), readings("E๑๒", ""), readings("0๑ - 0๒๒", "OIT")
    (('I16', 'I6'), ('E12',), ('O1-O22',))
    """
    plain = with_plain_dashes(re.sub(r"(?<=[A-Za-z|!])\s(?=[0-9๐-๙])", "", to_arabic_digits(token)))
    if "-" in plain:
        first, _, last = plain.partition("-")
        ends = [
            (one, other)
            for one in readings(first, instrument)
            for other in readings(last, instrument)
            if one[0] == other[0] and int(one[1:]) < int(other[1:])
        ]
        return tuple(f"{one}-{other}" for one, other in ends)
    found: list[tuple[str, str]] = []
    alike = words()["alike"]["letters"]
    letter = _LETTERS.get(instrument, "")
    if has_letter(plain):
        found.append((plain[0].upper(), plain[1:]))
    elif plain.isdecimal() and not plain.startswith("0") and letter:
        found.append((letter, plain))
    meant = alike.get(plain[:1], "")
    if meant and plain[1:].isdecimal() and (not letter or meant == letter):
        found.append((meant, plain[1:]))
    most = words()["limits"]["highest_item"]
    kept = [(one, int(number)) for one, number in found if number.isdecimal() and 1 <= int(number) <= most]
    return tuple(dict.fromkeys(f"{one}{number}" for one, number in kept))


def decide(printed: Sequence[Printed], fixed: dict[int, list[str]] | None = None) -> None:
    """Give every printed code its item: the readings whose numbers rise with the fewest falls, then the smallest jumps.

    Args:
        printed: codes in the order of the document; `code`, `confidence`, `why`, `others` are filled in.
        fixed: line -> codes that a person decided, in the order of the line's own codes.
    """
    left = {line: list(codes) for line, codes in (fixed or {}).items()}
    choices = []
    for one in printed:
        decided = left.get(one.line)
        choices.append((decided.pop(0),) if decided else readings(one.token, one.instrument))
    for at, code in enumerate(_chosen(choices)):
        one, possible = printed[at], choices[at]
        one.code, one.others = code, possible
        if one.line in left:
            continue
        if not code:
            one.confidence, one.why = "doubtful", "code_no_instrument"
        elif len(possible) == 1:
            one.confidence = "sure" if one.instrument or has_letter(one.token) else "likely"
            one.why = "" if one.confidence == "sure" else "code_no_instrument"
        else:
            is_forced = all(
                _falls(choices, at, other) > _falls(choices, at, code) for other in possible if other != code
            )
            one.confidence, one.why = ("likely", "code_order") if is_forced else ("doubtful", "code_open")
    _mark_falls(printed, left)


def _mark_falls(printed: Sequence[Printed], decided: dict[int, list[str]]) -> None:
    last: dict[str, int] = {}
    seen: set[str] = set()
    for one in printed:
        if not one.code:
            continue
        letter, first, end = _span(one.code)
        if one.code in seen:
            one.confidence, one.why = "doubtful", "code_twice"
        elif first <= last.get(letter, 0) and one.line not in decided:
            one.confidence, one.why = "doubtful", "code_falls"
        seen.add(one.code)
        last[letter] = max(end, last.get(letter, 0))


def _span(code: str) -> tuple[str, int, int]:
    numbers = [int(number) for number in re.findall(r"[0-9]+", code)]
    return code[0], numbers[0], numbers[-1]


def _falls(choices: Sequence[Sequence[str]], at: int, code: str) -> int:
    """Return how often the order falls at best where the code at `at` is given; only its own instrument counts."""
    return _cost([*choices[:at], (code,), *choices[at + 1 :]]) // _FREE


def _cost(choices: Sequence[Sequence[str]]) -> int:
    return _best(choices)[0]


def _chosen(choices: Sequence[Sequence[str]]) -> list[str]:
    return _best(choices)[1]


def _best(choices: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """Return the least cost of a walk through the choices and the codes along it ("" where there is no choice)."""
    steps: list[dict[tuple[str, int], tuple[tuple[str, int], str]]] = []
    costs = {("", 0): 0}
    for possible in choices:
        step: dict[tuple[str, int], tuple[tuple[str, int], str]] = {}
        new: dict[tuple[str, int], int] = {}
        for before, cost in costs.items():
            for code in possible or ("",):
                here, more = _move(before, code)
                if here not in new or cost + more < new[here]:
                    new[here], step[here] = cost + more, (before, code)
        steps.append(step)
        costs = new
    here = min(costs, key=lambda one: costs[one])
    total, codes = costs[here], []
    for step in reversed(steps):
        here, code = step[here]
        codes.append(code)
    return total, codes[::-1]


def _move(before: tuple[str, int], code: str) -> tuple[tuple[str, int], int]:
    if not code:
        return before, 0
    letter, first, last = _span(code)
    if letter != before[0]:
        return (letter, last), 0
    return (letter, last), (first - before[1] if first > before[1] else _FREE)
