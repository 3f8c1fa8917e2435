"""Thai words as pythainlp's newmm with its own dictionary sees them: a judge that knows nothing of ours."""

import re
from functools import lru_cache

from pythainlp.tokenize import word_tokenize

MARKS = "ัิีึืฺุู็่้๊๋์ํ๎"
FOLLOWING = "ะาำๅ"
LEADING = "เแโใไ"
_THAI_WORD = re.compile("[\u0e01-\u0e4e]+")
DOUBLED = re.compile(f"([{MARKS}])\\1")


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[str, ...]:
    """Return newmm's tokens of `text` without white space."""
    return tuple(token for token in word_tokenize(text, engine="newmm", keep_whitespace=True) if token.strip())


def thai_words(text: str) -> list[str]:
    """Return the tokens that are Thai words."""
    return [token for token in tokens(text) if _THAI_WORD.fullmatch(token.strip())]


@lru_cache(maxsize=8192)
def borders(text: str) -> frozenset[int]:
    """Return where, in `text` without white space, one token ends and the next begins."""
    found, at = set(), 0
    for token in tokens(text):
        at += len(squeezed(token))
        found.add(at)
    return frozenset(found)


def squeezed(text: str) -> str:
    """Return `text` without white space."""
    return re.sub(r"\s", "", text)


def intact(texts: list[str], shown: str) -> tuple[int, int, list[str]]:
    """Return how many Thai words of `texts` stand whole in `shown`, of how many, and the broken ones.

    A text whose words all stand in a row (only white space between them) counts whole; else each word is looked for.
    """
    good, total, broken = 0, 0, []
    for text in texts:
        words = thai_words(text)
        total += len(words)
        row = r"\s*".join(re.escape(token.strip()) for token in tokens(text))
        if re.search(row, shown):
            good += len(words)
            continue
        for word in words:
            if word.strip() in shown:
                good += 1
            else:
                broken.append(f"{word} in {text[:40]}")
    return good, total, broken


def wrong_line_ends(text: str, ends: list[int]) -> tuple[list[str], list[str]]:
    """Return the line ends inside a newmm word, and those that tear a cluster; `ends` count letters of squeezed text."""
    letters = squeezed(text)
    inside, torn = [], []
    for at in ends:
        shown = f"{letters[max(0, at - 10) : at]}|{letters[at : at + 10]}"
        if at not in borders(text):
            inside.append(shown)
        if letters[at] in MARKS + FOLLOWING or letters[at - 1] in LEADING:
            torn.append(shown)
    return inside, torn
