"""Where a Thai line may end: text cut into pieces that no line break may cut again."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

from ita_analysis.thai.tokens import tokens, word_borders

LEADING_VOWELS = "เแโใไ"
FOLLOWING_VOWELS = "ะาำๅ"
OPENERS = "([{“‘«‹⟨<"
CLOSERS = ")]}”’»›⟩>,.;:!?%…/-–—ๆฯ฿"
QUOTES = "\"'"  # either opens or closes: its neighbours tell
ARROWS = "▲▼↑↓"
GLUE = "\u00a0\u202f\u2007\u2011\u200d\u2060\ufeff"  # no line ends before or after these


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


UNITS = _listed(
    "คะแนน จุด ข้อ คน ราย ครั้ง วัน สัปดาห์ เดือน ปี นาที ชั่วโมง บาท ล้านบาท เปอร์เซ็นต์ อันดับ ร่วม ด้าน ชุด แห่ง เขต หน่วยงาน "
    "รายการ ตัวชี้วัด มาตรการ หน้า เรื่อง โครงการ กิจกรรม หลักสูตร ฉบับ แผ่น ภาพ ไฟล์ ช่องทาง ขั้นตอน ประเด็น ตำแหน่ง กลุ่ม"
)
LABELS = _listed(
    "ข้อ ข้อที่ ปี ปีงบประมาณ วันที่ เดือน ที่ รอบ รอบที่ ไตรมาส ไตรมาสที่ ครั้งที่ อันดับ อันดับที่ ลำดับ ลำดับที่ ร้อยละ เส้น หน้า มาตรา หมวด "
    "ฉบับที่ ภาคผนวก ตาราง ตารางที่ ภาพ ภาพที่ แผนภูมิ แผนภูมิที่ ตัวชี้วัด ตัวชี้วัดที่"
)
YEAR_LABELS = _listed("ปี ปีงบประมาณ")

_NUMBER = re.compile(r"[-+−±]?\d[\d.,/–-]*%?|\d+ จาก \d+")
_NUMBER_OR_CODE = re.compile(r"\d|[A-Za-z]{1,3}\d")


def pieces(text: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the pieces of `text` in order; a line may end only between two of them.

    A piece is a Thai word (newmm with our dictionary) with the punctuation, ๆ and ฯ that belong to it, a code or code
    range, a number with its unit, a date, a file name, or a run of white space (then `piece.isspace()`). White
    space inside a date or before a unit is part of the piece. Joined, the pieces are the text again.

    Args:
        text: any text; call `text.printable` first where it comes from outside.
        names: more words that must stay whole, such as names of agencies.

    >>> pieces("ข้อ E12 ได้ 89.47 คะแนน")
    ('ข้อ E12', ' ', 'ได้', ' ', '89.47 คะแนน')
    """
    return _pieces(text, frozenset(names))


def split_long(piece: str, limit: int) -> tuple[str, ...]:
    """Return `piece` in parts of at most `limit` letters (marks don't count), so that a narrow cell can hold it.

    Parts end where the piece has a space, a hyphen, a slash or two words, else between grapheme clusters: never before
    a mark or a vowel that follows, nor after a leading vowel. Only a cluster longer than `limit` stays longer.

    >>> split_long("สำนักงานเขตสาทร", 12)
    ('สำนักงานเขต', 'สาทร')
    >>> split_long("กรุงเทพมหานคร", 7)
    ('กรุงเทพ', 'มหานคร')
    """
    width = [0]  # letters before each place of the piece
    for letter in piece:
        width.append(width[-1] + (not _is_mark(letter)))
    parts: list[str] = []
    start = border = at = 0
    while at < len(piece):
        if at > start and _may_split(piece, at):
            border = at
        at += 1
        if width[at] - width[start] > max(1, limit) and border > start:
            border = _natural_border(piece, start, border)
            parts.append(piece[start:border])
            start = at = border
    return (*parts, piece[start:]) if piece else ()


def _natural_border(piece: str, start: int, border: int) -> int:
    """Return the last border of words or signs in the later two thirds of the part that may end at `border`."""
    earliest = border - 2 * (border - start) // 3
    natural = [at for at in range(earliest, border + 1) if piece[at - 1] in " -–/_.,:"] + word_borders(piece, start)
    return max((at for at in natural if earliest <= at <= border and _may_split(piece, at)), default=border)


def _may_split(piece: str, at: int) -> bool:
    letter, before, earlier = piece[at], piece[at - 1], piece[at - 2] if at > 1 else " "
    if _is_mark(letter) or letter in GLUE or before in GLUE:
        return False
    if any(letter in kind and before not in kind for kind in (FOLLOWING_VOWELS, CLOSERS)):
        return False
    return before not in LEADING_VOWELS or (letter in LEADING_VOWELS and earlier in LEADING_VOWELS)


@functools.lru_cache(maxsize=512)
def _pieces(text: str, names: frozenset[str]) -> tuple[str, ...]:
    parts = list(tokens(text, names))
    opening = _opening_quotes(parts)
    found: list[str] = []
    start = 0
    for at in range(1, len(parts) + 1):
        if at == len(parts) or not _tied(parts, at, opening):
            found.append("".join(parts[start:at]))
            start = at
    return tuple(found)


def _tied(parts: list[str], at: int, opening: set[int]) -> bool:
    """Return whether no line may end between token `at - 1` and token `at`."""
    before, after = parts[at - 1], parts[at]
    if _is_mark(after[0]) or after[0] in GLUE or before[-1] in GLUE:
        return True
    if _is_space(after):
        return at + 1 < len(parts) and _tied_over_space(parts, at)
    if _is_space(before):
        return at > 1 and _tied_over_space(parts, at - 1)
    if before[-1] in OPENERS or before[-1] in LEADING_VOWELS or before in ARROWS or at - 1 in opening:
        return True
    if after in QUOTES:
        return at not in opening
    if after[0] in CLOSERS and not _NUMBER.fullmatch(after):
        return True
    return _is_scrap(before, after) or _belong(parts, at - 1, at)


def _tied_over_space(parts: list[str], space_at: int) -> bool:
    """Return whether the tokens around one space stay together: ต่าง ๆ, 27 ข้อ, ปี 2566, a word and its dash."""
    before, after = parts[space_at - 1], parts[space_at + 1]
    if parts[space_at] != " " or _is_space(before):
        return False
    return after[0] in "ๆฯ–—" or after == "-" or _belong(parts, space_at - 1, space_at + 1)


def _belong(parts: list[str], first: int, second: int) -> bool:
    """Return whether two tokens are one expression: number and unit, label and number or code, arrow and number."""
    before, after = parts[first], parts[second]
    if before in ARROWS:
        return bool(_NUMBER.fullmatch(after))
    earlier = parts[max(0, first - 2)] if first and parts[first - 1] == " " else parts[max(0, first - 1)]
    if _NUMBER.fullmatch(before):
        return after in UNITS and not (first and earlier in YEAR_LABELS)
    is_unit = before in UNITS and first > 0 and _NUMBER.fullmatch(earlier) and not _is_year(earlier)
    return before in LABELS and not is_unit and bool(_NUMBER_OR_CODE.match(after))


def _opening_quotes(parts: list[str]) -> set[int]:
    """Return where a straight quotation mark opens: white space before it, or text on both sides and none open."""
    opening: set[int] = set()
    is_open = dict.fromkeys(QUOTES, False)
    for at, part in enumerate(parts):
        if part not in is_open:
            continue
        starts = at == 0 or _is_space(parts[at - 1]) or parts[at - 1][-1] in OPENERS
        ends = at + 1 == len(parts) or _is_space(parts[at + 1])
        if starts and not ends or (not ends and not is_open[part]):
            opening.add(at)
        is_open[part] = at in opening
    return opening


def _is_year(number: str) -> bool:
    return len(number) == 4 and number.isdecimal() and 2400 <= int(number) < 2700


def _is_scrap(before: str, after: str) -> bool:
    """Return whether `after` is a lone consonant that newmm left over of the Thai word before it."""
    return len(after) == 1 and "ก" <= after <= "ฮ" and after not in "ณธ" and "ก" <= before[-1] <= "๎"


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf")


def _is_space(token: str) -> bool:
    return token.isspace() and token[0] not in GLUE
