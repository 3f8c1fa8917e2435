"""The smallest parts of a Thai text: words by newmm and a dictionary, and what its form keeps whole (dates, codes)."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from ita_analysis.thai.dates import MONTHS, SHORT_MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WINDOW, MARGIN = 600, 100  # letters of one run that newmm sees at a time, and how many of them it sees again

_THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"
_LATIN = r"[^\W\u0e01-\u0e4e]"  # any letter or digit but the Thai letters
_SPACE = "\t-\r\x1c- \x85\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000"
_MONTH = "|".join(re.escape(month) for month in sorted((*MONTHS, *SHORT_MONTHS), key=len, reverse=True))
_ERA = r"(?:พ\.ศ\.|ค\.ศ\.)"
_FILE = r"(?:pdf|docx?|xlsx?|pptx?|csv|json|toml|ipynb|html?|png|jpe?g|svg|txt|md|zip)"
_WHOLE = re.compile(
    rf"(?<![\w.,])\d{{1,2}}(?: ?[-–] ?\d{{1,2}})? ?(?:{_MONTH})(?: ?(?:{_ERA} ?)?\d{{2,4}}(?!\d))?"  # 8 ธ.ค. 2568
    rf"|(?:{_MONTH}) ?(?:{_ERA} ?)?\d{{4}}(?!\d)"  # ธ.ค. 2568
    rf"|(?:ปี ?)?{_ERA} ?\d{{4}}(?!\d)"  # พ.ศ. 2566
    r"|(?<!\w)[A-Za-z]{1,3}\d{1,3} ?[-–—] ?[A-Za-z]{0,3}\d{1,3}(?!\w)"  # O1 – O22
    r"|(?<![\w.])\d{1,4} จาก \d{1,4}(?!\d)"  # 27 จาก 40
    r"|(?:[เแ]?[ก-ฮ][ิีึืุู]?\.){2,12}"  # ป.ป.ช.
    rf"|\w[\w{_THAI}().-]{{0,80}}\.{_FILE}(?!\w)"
)
_TOKEN = re.compile(
    rf"(?P<space>[{_SPACE}]+)|(?P<thai>[{_THAI}]+)"
    rf"|(?P<core>(?:[-+−–±](?=\d))?{_LATIN}(?:{_LATIN}|[-+−–./:@&#~=?%_]{{1,3}}(?={_LATIN})|,(?=\d)|%)*)"
    r"|(?P<sign>.)",
    re.DOTALL,
)


class Dictionary(Protocol):
    """What newmm asks of a dictionary."""

    def prefixes(self, text: str, start: int = 0) -> list[str]:
        """Return the words that begin at `start`, shortest first."""
        ...


def tokens(text: str, names: frozenset[str]) -> Iterator[str]:
    """Yield the tokens of `text` in order; joined they are the text. `names` are words besides the dictionary's."""
    at = 0
    for whole in _WHOLE.finditer(text):
        yield from _plain_tokens(text[at : whole.start()], names)
        yield whole[0]
        at = whole.end()
    yield from _plain_tokens(text[at:], names)


def _plain_tokens(text: str, names: frozenset[str]) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "thai":
            yield from _thai_words(match[0], names)
        else:
            yield match[0]


def _thai_words(run: str, names: frozenset[str]) -> Iterator[str]:
    """Yield the words of a run of Thai letters; a long run is cut in windows, so that time grows with length only."""
    segment, dictionary = _segmenter(), _dictionary(names)
    start = 0
    while len(run) - start > WINDOW:
        end = start + WINDOW - MARGIN
        for word in segment(run[start : start + WINDOW], dictionary):
            yield word
            start += len(word)
            if start >= end:
                break
    yield from segment(run[start:], dictionary)


def word_borders(text: str, start: int) -> list[int]:
    """Return where `text` from `start` on falls into two words of the dictionary, nearest border first."""
    dictionary = _dictionary(frozenset())
    ends = [start + len(word) for word in dictionary.prefixes(text, start)]
    return [end for end in ends if any(end + len(word) == len(text) for word in dictionary.prefixes(text, end))]


@functools.cache
def _segmenter() -> Callable[[str, Dictionary], list[str]]:
    """Return newmm, loaded at the first call (about a second); its package must not write into the home folder."""
    os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")
    from pythainlp.tokenize.newmm import segment

    return segment  # type: ignore[return-value]


@functools.cache
def _common_dictionary() -> Dictionary:
    _segmenter()
    from pythainlp.corpus.common import thai_words

    own = files("ita_analysis.thai").joinpath("dictionary.txt").read_text(encoding="utf-8").splitlines()
    taken_out = {line[1:] for line in own if line.startswith("!")}
    return _Words((thai_words() - taken_out).union(line for line in own if line[:1] not in ("", "#", "!")))


@functools.lru_cache(maxsize=64)
def _dictionary(names: frozenset[str]) -> Dictionary:
    return _WithNames(_common_dictionary(), names) if names else _common_dictionary()


class _Words:
    """Words by their first two letters: ready in a tenth of the time that a tree of single letters takes to grow."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(stripped for word in words if (stripped := word.strip()))
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {start: sorted(found) for start, found in lengths.items()}

    def prefixes(self, text: str, start: int = 0) -> list[str]:
        """Return the words that begin at `start`, shortest first."""
        found = [text[start]] if start < len(text) and text[start] in self._words else []
        for length in self._lengths.get(text[start : start + 2], ()):
            word = text[start : start + length]
            if len(word) == length > 1 and word in self._words:
                found.append(word)
        return found


class _WithNames:
    """A dictionary with a few more words, without building the large one again."""

    def __init__(self, common: Dictionary, names: frozenset[str]) -> None:
        self._common, self._names = common, _Words(names)

    def prefixes(self, text: str, start: int = 0) -> list[str]:
        more = self._names.prefixes(text, start)
        found = self._common.prefixes(text, start)
        return sorted({*found, *more}, key=len) if more else found
