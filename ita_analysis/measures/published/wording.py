"""The words of a report: spaces that a narrow column put inside words, and spellings that the report itself contradicts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ita_analysis.measures.published.doubts import LIKELY, Doubts, other_office
from ita_analysis.measures.published.pages import letters
from ita_analysis.measures.published.source import words
from ita_analysis.thai.tokens import tokens

_SPACE_IN_THAI = re.compile(r"(?<=[ก-๎]) (?=[ก-๎])(?![ๆฯ]|[ก-ฮ]{1,4}\.)")
_THAI_RUN = re.compile(r"[ก-๎]+")
_LONE = re.compile(r"[ก-ฮ]")
_CONTEXT = 6  # letters on each side within which a spelling compares
_GAP = 3  # letters that may differ
_USUAL = 5  # times that the other spelling stands in the report, where this one stands once
_RARE, _OFTEN = 2, 10  # a short word met so seldom may be one met so often, with a letter lost or misread
_SHORT = 4


@dataclass
class Wording:
    """Knows every text of one report, and the name of its own office."""

    own_office: str = ""
    between: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    met: Counter[str] = field(default_factory=Counter)

    def learn(self, texts: Iterable[str]) -> None:
        """Take the texts of the report, each once."""
        room = words()["limits"]["learned_letters"]
        for text in texts:
            if len(text) > room:
                return
            room -= len(text)
            self.met.update(tokens(self.mended(text), frozenset()))
            for before, gap, after in _contexts(letters(text)):
                self.between[before, after][gap] += 1

    def mended(self, text: str) -> str:
        """Return `text` without the spaces that stand inside a Thai word; the letters stay as they are."""
        parts = _SPACE_IN_THAI.split(text)
        whole = parts[0]
        for part in parts[1:]:
            whole += part if _is_one_word(whole, part) else f" {part}"
        return whole

    def odd_words(self, text: str) -> list[str]:
        """Return what may be misprinted or misread: scraps of words, and spellings that stand otherwise everywhere else."""
        found = []
        parts = list(tokens(text, frozenset()))
        for at, part in enumerate(parts):
            after = parts[at + 1] if at + 1 < len(parts) else ""
            if _LONE.fullmatch(part) and at and _THAI_RUN.fullmatch(parts[at - 1]) and not after.startswith("."):
                found.append(parts[at - 1] + part)
            elif meant := self._meant(part):
                found.append(f"{part}{after.strip()} ({meant})")
        for before, gap, after in _contexts(letters(text)):
            said = self.between.get((before, after), Counter())
            usual, times = max(said.items(), key=lambda one: one[1], default=("", 0))
            if (
                said[gap] == 1
                and times >= _USUAL
                and usual != gap
                and not any(_overlaps(one, gap, after) for one in found)
            ):
                found.append(f"{before}{gap}{after} ({before}{usual}{after})")
        return found

    def _meant(self, word: str) -> str:
        """Return the usual word that a rare short one may be, or an empty string."""
        if len(word) > _SHORT or not _THAI_RUN.fullmatch(word) or self.met[word] > _RARE:
            return ""
        usual = (
            one for one, times in self.met.items() if times >= _OFTEN and len(one) > 2 and _THAI_RUN.fullmatch(one)
        )
        return next((one for one in usual if one[0] == word[0] and _differ_by_one(one, word)), "")

    def doubt(self, doubts: Doubts, table: str, key: str, name: str, text: str, line: int) -> None:
        """Note what may be misprinted or misread in a text, and another office's name in it."""
        if odd := self.odd_words(text):
            doubts.add(table, key, name, text, line, "text_word", LIKELY, words=" · ".join(odd))
        if self.own_office and (other := other_office(text, self.own_office)):
            doubts.add(table, key, name, text, line, "text_other_office", LIKELY, name=other, own=self.own_office)


def _differ_by_one(one: str, other: str) -> bool:
    """Return whether two words differ by one letter: another one, or one more."""
    if len(one) == len(other):
        return sum(mine != yours for mine, yours in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _contexts(text: str) -> Iterable[tuple[str, str, str]]:
    for gap in range(_GAP + 1):
        for at in range(_CONTEXT, len(text) - _CONTEXT - gap + 1):
            yield text[at - _CONTEXT : at], text[at : at + gap], text[at + gap : at + gap + _CONTEXT]


def _overlaps(one: str, gap: str, after: str) -> bool:
    return gap + after[:3] in one or after in one


def _is_one_word(before: str, after: str) -> bool:
    """Return whether a word of the dictionary reaches over the space between two Thai texts."""
    left = _THAI_RUN.findall(before)[-1][-words()["limits"]["wrapped_letters"] :]
    right = _THAI_RUN.findall(after)[0][: words()["limits"]["wrapped_letters"]]
    at = 0
    for part in tokens(left + right, frozenset()):
        at += len(part)
        if at >= len(left):
            return at > len(left)
    return False
