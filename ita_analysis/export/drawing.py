"""Charts on their way into a page: an SVG loses all that is not drawing, so that nothing in it can act or fetch."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from xml.etree import ElementTree as Tree

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml import ElementTree as SafeTree

from ita_analysis.export.letters import drawable
from ita_analysis.thai.text import printable

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
LONGEST, MOST_ELEMENTS, DEEPEST = 5_000_000, 50_000, 60
STEEPEST = 12  # times higher than wide, or wider than high: no drawing for a page


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTS = _names(
    "svg g path rect circle ellipse line polyline polygon text tspan defs clipPath use linearGradient radialGradient "
    "stop title desc"
)
_TEXT_ELEMENTS = frozenset(("text", "tspan", "title", "desc"))
_STYLES = _names(
    "fill fill-opacity fill-rule stroke stroke-opacity stroke-width stroke-linecap stroke-linejoin stroke-dasharray "
    "stroke-dashoffset stroke-miterlimit opacity clip-path clip-rule stop-color stop-opacity text-anchor font "
    "font-family font-size font-style font-weight dominant-baseline"
)
_ATTRIBUTES = _STYLES | _names(
    "d x y x1 y1 x2 y2 cx cy r rx ry dx dy width height points transform viewBox id style offset gradientUnits "
    "gradientTransform clipPathUnits preserveAspectRatio"
)
_PREFIX = "\x01"  # no XML holds it, so that none but ours stands in a drawing
_LOCAL = re.compile(r"#[\w.-]+")
_VALUE = re.compile(r"""[\w\s.,#%+'"()-]*""")  # letters, numbers, plain calls; no address, no escape
_ADDRESS = re.compile(r"url\(\s*#([\w.-]+)\s*\)")
_CALL = re.compile(r"([\w-]+)\s*\(")
_CALLS = frozenset(("url", "rgb", "rgba", "matrix", "translate", "scale", "rotate", "skewX", "skewY"))


def clean_svg(source: str, prefix: str) -> str | None:
    """Return `source` with drawing elements only, its ids prefixed so that two charts of a page don't meet.

    None where it is no drawing for a page: broken XML, an entity, no size, a very long or deep one.
    """
    clean = _clean(source)
    return None if clean is None else clean.replace(_PREFIX, prefix)


@lru_cache(maxsize=32)
def _clean(source: str) -> str | None:
    """Return the drawing with `_PREFIX` before its ids: both pages use it, each under names of its own."""
    if len(source) > LONGEST:
        return None
    try:
        root = SafeTree.fromstring(source, forbid_dtd=False)
    except (Tree.ParseError, DefusedXmlException, ValueError):
        return None
    if root.tag != f"{{{SVG}}}svg" or not _set_frame(root) or not _strip(root):
        return None
    _drop_nested_uses(root)
    Tree.register_namespace("", SVG)
    Tree.register_namespace("xlink", XLINK)
    return Tree.tostring(root, encoding="unicode")


def holds_other_things(source: str) -> bool:
    """Return whether an SVG shows something that `clean_svg` leaves out: a picture inside it, HTML."""
    return re.search(r"<(?:\w+:)?(?:image|foreignObject|style)\b(?!\s+type=\"text/css\")", source) is not None


def _set_frame(root: Tree.Element) -> bool:
    """Give the drawing a viewBox and no size of its own; false where it has neither or is out of all proportion."""
    numbers = _numbers(root.get("viewBox", ""))
    if len(numbers) != 4:
        numbers = [0.0, 0.0, *_numbers(root.get("width", "")), *_numbers(root.get("height", ""))]
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    if len(numbers) != 4 or not all(math.isfinite(number) and abs(number) < 1e6 for number in numbers):
        return False
    width, height = numbers[2:]
    root.set("viewBox", " ".join(f"{number:g}" for number in numbers))
    return min(width, height) > 0 and max(width / height, height / width) <= STEEPEST


def _numbers(text: str) -> list[float]:
    found = []
    for part in re.split(r"[\s,]+", text.strip()):
        try:
            found.append(float(re.sub(r"(?:pt|px)$", "", part)))
        except ValueError:
            return []
    return found


def _strip(root: Tree.Element) -> bool:
    """Take out all that is not drawing; false where it is too deep or too much."""
    open_elements = [(root, 1)]
    count = 0
    while open_elements:
        element, depth = open_elements.pop()
        count += 1
        if count > MOST_ELEMENTS or depth > DEEPEST:
            return False
        _strip_attributes(element)
        name = _name(element)
        element.text = drawable(printable(element.text)) if element.text and name in _TEXT_ELEMENTS else None
        for child in list(element):
            if _name(child) not in _ELEMENTS:
                _remove(element, child)
                continue
            child.tail = drawable(printable(child.tail)) if child.tail and name in _TEXT_ELEMENTS else None
            open_elements.append((child, depth + 1))
    return True


def _name(element: Tree.Element) -> str:
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.removeprefix(f"{{{SVG}}}") if tag.startswith(f"{{{SVG}}}") else ""


def _remove(parent: Tree.Element, child: Tree.Element) -> None:
    """Take `child` out; the text behind it belongs to its parent and stays."""
    if child.tail and child.tail.strip():
        at = list(parent).index(child)
        if at:
            parent[at - 1].tail = (parent[at - 1].tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _strip_attributes(element: Tree.Element) -> None:
    for name, value in list(element.attrib.items()):
        if name in (f"{{{XLINK}}}href", "href"):
            if _name(element) == "use" and _LOCAL.fullmatch(value):
                element.set(name, f"#{_PREFIX}{value[1:]}")
            else:
                del element.attrib[name]
        elif name == "id":
            element.set(name, _PREFIX + re.sub(r"[^\w.-]", "", value))
        elif name == "style":
            element.set(name, _style(value))
        elif name not in _ATTRIBUTES or not _is_plain(value):
            del element.attrib[name]
        else:
            element.set(name, _own_address(value))


@lru_cache(maxsize=256)
def _style(style: str) -> str:
    """Return the declarations of a style that only draw."""
    kept = []
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        if name.strip() in _STYLES and value and _is_plain(value):
            kept.append(f"{name.strip()}: {_own_address(value.strip())}")
    return "; ".join(kept)


def _own_address(value: str) -> str:
    return _ADDRESS.sub(rf"url(#{_PREFIX}\1)", value)


def _is_plain(value: str) -> bool:
    """Return whether a value only draws: no address but one inside the drawing, no call that fetches."""
    rest = _ADDRESS.sub(" ", value)
    return bool(_VALUE.fullmatch(rest)) and all(call in _CALLS - {"url"} for call in _CALL.findall(rest))


def _drop_nested_uses(root: Tree.Element) -> None:
    """Drop a copy of something that holds copies itself: a few of them, nested, would make millions."""
    with_uses = {element.get("id") for element in root.iter() if any(_name(below) == "use" for below in element.iter())}
    for parent in list(root.iter()):
        for child in list(parent):
            if _name(child) == "use":
                target = child.get(f"{{{XLINK}}}href") or child.get("href") or ""
                if target[1:] in with_uses:
                    _remove(parent, child)
