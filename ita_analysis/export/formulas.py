r"""LaTeX formulas in markdown, told from prices: `$x^2$`, `$$…$$`, `\(…\)`, `\[…\]`, `\begin{equation}…\end{equation}`.

The delimiters are those of JupyterLab, and with one backslash too; a dollar is one of them by pandoc's rule: no blank
behind the first, none before the last, no digit after it. What stands between must look like a formula besides, so that
"$5 and $10", `US$` and an escaped bracket stay text.
"""

from __future__ import annotations

import re
from typing import Any

FORMULA = "formula"  # the type of its tokens; `raw` holds the source with its delimiters

_LONGEST, _LONGEST_ROUND = 2000, 500  # letters; a longer one stays text
_DOLLARS = rf"\$\$(?:[^$\\]|\\[\s\S]){{1,{_LONGEST}}}?\$\$(?!\$)"
_DOLLAR = rf"(?<![A-Za-z0-9$\\])\$(?![\s$])(?:[^$\\\n]|\\[^\n]|\n(?!\s*\n)){{1,{_LONGEST}}}?(?<!\s)\$(?![A-Za-z0-9$])"
_ROUND = rf"\\{{1,2}}\((?:(?!\\\))[^\n]){{1,{_LONGEST_ROUND}}}?\\{{1,2}}\)"
_SQUARE = rf"\\{{1,2}}\[(?:(?!\\\])[\s\S]){{1,{_LONGEST}}}?\\{{1,2}}\]"
_NAMED = rf"\\begin\{{(?P<FIELD>[A-Za-z]+\*?)\}}[\s\S]{{0,{_LONGEST}}}?\\end\{{(?P=FIELD)\}}"

_DELIMITER = re.compile(r"\$\$?|\\{1,2}[\[(]")
_COMMAND = re.compile(r"\\[A-Za-z]+|[A-Za-z0-9)}\]][_^]\{?\S")
_SAYS = re.compile(r"[=<>≤≥≠≈∈]|(?=[\s\S]*[A-Za-zα-ωΑ-Ω])(?:[+±×÷∑√∞]|\s[-−]\s|\b\w[-−/*]\w\b|\|\w+\|)")
_SHORT = re.compile(r"[-+−]?(?:\d+(?:[.,]\d+)*)?[A-Za-zα-ωΑ-Ω]?'*(?:\([A-Za-z0-9, ]{1,9}\))?[!%]?")
_PROSE = re.compile(r"[\u0e00-\u0e7f]|[A-Za-z]{2,}\s+[A-Za-z]{2,}|^\d[\d.,]*[^=<>]*?[A-Za-z]{2,}")


def looks_like_formula(source: str) -> bool:
    """Return whether `source`, delimiters and all, is a formula and not a price or a bracket.

    >>> [looks_like_formula(text) for text in ("$x_1$", r"\\[E = mc^2\\]", "$5 = 180 บาท และ 10$", r"\\[1\\]")]
    [True, True, False, False]
    """
    opening = _DELIMITER.match(source)
    if opening is None:  # an environment
        return True
    inside = source[opening.end() : -len(opening[0])].strip()
    if _COMMAND.search(inside):
        return True
    if _PROSE.search(inside) and opening[0] != "$$":
        return False
    is_short = bool(inside) and not opening[0].endswith("[") and bool(_SHORT.fullmatch(inside))
    return is_short or bool(_SAYS.search(inside))


def formulas(markdown: Any) -> None:
    """Have mistune find formulas, in lists and quotations too (a plugin); code stays code."""
    block = rf"^ {{0,3}}(?:{_DOLLARS}|{_SQUARE}|{_NAMED.replace('FIELD', 'block_environment')})[ \t]*(?:\n|$)"
    inline = "|".join([_DOLLARS, _DOLLAR, _ROUND, _SQUARE, _NAMED.replace("FIELD", "environment")])
    markdown.block.register("block_formula", block, _of_block, before="list")
    markdown.inline.register("formula", inline, _of_line, before="escape")
    for rules in (markdown.block.block_quote_rules, markdown.block.list_rules):
        markdown.block.insert_rule(rules, "block_formula", before="list")


def _of_block(block: Any, found: re.Match[str], state: Any) -> int | None:
    source = found[0].strip()
    if not looks_like_formula(source):
        return None
    state.append_token({"type": FORMULA, "raw": source})
    return found.end()


def _of_line(inline: Any, found: re.Match[str], state: Any) -> int | None:
    source = found[0]
    if looks_like_formula(source):
        state.append_token({"type": FORMULA, "raw": source})
        return found.end()
    if source[0] != "\\":
        return None
    state.append_token({"type": "text", "raw": source[1]})  # an escaped bracket, as without us
    return found.start() + 2
