"""Every word of the analyst's room stands in its catalogue, and none stands there unused."""

import ast
import re
from pathlib import Path

from ita_analysis import lab
from ita_analysis.thai.catalogue import catalogue

ROOM = Path(lab.__file__).parent
FORMED = ("item_page.", "pick.")  # some keys are put together: their part stands in the code


def test_every_phrase_that_is_told_is_there_and_every_phrase_is_told():
    said = set()
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
    phrases = {f"{part}.{name}" for part, names in catalogue("lab").items() for name in names}
    named = {key for key in said if re.fullmatch(r"[a-z_]+\.[a-z_]+", key) and key.split(".")[0] in catalogue("lab")}
    assert named - phrases - set(FORMED) == set()
    formed = {"item_page.median_name", "item_page.q1_name", "item_page.min_name"}
    formed |= {f"pick.{name}{end}" for name in ("search", "raised", "line", "target") for end in ("", "_hint")}
    assert phrases - named - formed == set()
    assert len(phrases) > 80


def test_no_thai_word_stands_in_the_code_of_the_room():
    for path in ROOM.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            ast.get_docstring(node, clean=False)
            for node in ast.walk(tree)
            if hasattr(node, "body")
            and isinstance(node.body, list)
            and not isinstance(node, (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.ExceptHandler))
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docs:
                assert not re.search("[ก-๙]", node.value), f"{path.name}: {node.value}"
