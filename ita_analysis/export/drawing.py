"""Charts on their way into a page: an SVG loses all that is not drawing, so that nothing in it can act or fetch."""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree as Tree

from defusedxml import DefusedXmlException, ElementTree as SafeTree

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

_ELEMENTS = {
    *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"),
    *("defs", "clipPath", "use", "linearGradient", "radialGradient", "stop", "title", "desc"),
}
_ATTRIBUTES = {
    *(
        "d",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "dx",
        "dy",
        "width",
        "height",
        "points",
        "transform",
    ),
    *(
        "viewBox",
        "id",
        "style",
        "fill",
        "stroke",
        "opacity",
        "fill-opacity",
        "stroke-opacity",
        "stroke-width",
        "clip-path",
    ),
    *(
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-dasharray",
        "text-anchor",
        "font-family",
        "font-size",
        "font-weight",
    ),
    *("offset", "stop-color", "gradientUnits", "clip-rule", "fill-rule", "dominant-baseline", "preserveAspectRatio"),
}
_LOCAL = re.compile(r"#[\w-]+")
_URL = re.compile(r"url\(\s*(?!#[\w-]+\s*\))", re.IGNORECASE)
_REFERENCE = re.compile(r"#([\w-]+)")


@lru_cache(maxsize=64)
def clean_svg(source: str, prefix: str) -> str | None:
    """Return `source` with drawing elements only, its ids prefixed so that two charts of a page don't meet.

    None where it is not an SVG: broken XML, an entity, a document type.
    """
    try:
        root = SafeTree.fromstring(source, forbid_dtd=False)
    except (Tree.ParseError, DefusedXmlException, ValueError):
        return None
    if root.tag != f"{{{SVG}}}svg":
        return None
    _strip(root, prefix)
    Tree.register_namespace("", SVG)
    Tree.register_namespace("xlink", XLINK)
    return Tree.tostring(root, encoding="unicode")


def _strip(element: Tree.Element, prefix: str) -> None:
    for child in list(element):
        name = child.tag.removeprefix(f"{{{SVG}}}") if isinstance(child.tag, str) else ""
        if child.tag == name or name not in _ELEMENTS:
            element.remove(child)
        else:
            _strip(child, prefix)
    for name, value in list(element.attrib.items()):
        is_link = name == f"{{{XLINK}}}href" or name == "href"
        if is_link and _LOCAL.fullmatch(value):
            element.set(name, f"#{prefix}{value[1:]}")
        elif name not in _ATTRIBUTES or _URL.search(value) or "\\" in value or "@" in value:
            del element.attrib[name]
        elif name == "id":
            element.set(name, prefix + value)
        elif "url(" in value:
            element.set(name, _REFERENCE.sub(rf"#{prefix}\1", value))
