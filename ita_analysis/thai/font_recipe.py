"""How the page fonts are made from stock Sarabun: one glyph for each Thai cluster, and the cut for web pages.

Only `fonts.build` imports this module: it needs the shaping libraries, which a run does without.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import uharfbuzz  # type: ignore[import-untyped]
from fontTools import subset  # type: ignore[import-untyped]
from fontTools.otlLib.builder import buildLigatureSubstSubtable, buildLookup  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.ttLib.tables import otTables  # type: ignore[import-untyped]
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent  # type: ignore[import-untyped]

CONSONANTS = [chr(point) for point in range(0x0E01, 0x0E2F)]
VOWELS = ["", *"\u0e31\u0e34\u0e35\u0e36\u0e37\u0e3a\u0e38\u0e39\u0e47\u0e4d"]
TONES = ["", *"\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4e"]
SARA_AM, NIKHAHIT, SARA_AA = "\u0e33", "\u0e4d", "\u0e32"
LIGATURE_CLASS = 2
ARGS_ARE_XY, ROUND_TO_GRID = 0x0002, 0x0004
KEPT_NAMES = {0, 5, 8, 9, 11, 12, 13, 14}
DEAD_TABLES = ("DSIG", "fpgm", "prep", "cvt ", "gasp", "hdmx", "VDMX", "LTSH")
WEB_SIGNS = "▲▼▶◀↑↓←→↗↘−±×÷·–—“”‘’«»‹›…•≥≤≠≈°²³½¼¾§©®™†‡€฿∞√\u00a0\u00ad"


def clusters() -> Iterator[tuple[str, str]]:
    """Yield every Thai cluster as written, with its key: its letters as a shaper sees them.

    A shaper takes sara am apart and moves its ring before the tone, so the key of น้ำ is น, ring, tone, sara aa.
    """
    for consonant in CONSONANTS:
        for tone in TONES:
            for vowel in VOWELS:
                if vowel or tone:
                    yield consonant + vowel + tone, consonant + vowel + tone
            yield consonant + tone + SARA_AM, consonant + NIKHAHIT + tone + SARA_AA


def pdf_font(stock: Path, family: str, style: str, weight: int) -> bytes:
    """Return the face of `stock` with one glyph for each Thai cluster, without hints, under the name `family`."""
    font = TTFont(stock, recalcTimestamp=False)
    for tag in DEAD_TABLES:
        if tag in font:
            del font[tag]
    for name in font.getGlyphOrder():
        font["glyf"][name].removeHinting()
    ligatures = _draw_clusters(font, uharfbuzz.Font(uharfbuzz.Face(stock.read_bytes())))
    _put_first(font, ligatures)
    _rename(font, family, style, weight)
    return _saved(font)


def web_font(stock: Path) -> bytes:
    """Return the face of `stock` cut to Thai, Latin and the signs of our pages, as WOFF2."""
    options = subset.Options(layout_features=["ccmp", "kern", "liga", "mark", "mkmk"], hinting=False)
    options.name_IDs = [0, 1, 2, 13, 14]
    options.recalc_timestamp = False
    font = TTFont(stock, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    signs = [*map(ord, WEB_SIGNS), *range(0x20, 0x7F), *range(0x0E01, 0x0E5C)]
    cutter.populate(unicodes=signs)
    cutter.subset(font)
    font.flavor = "woff2"
    return _saved(font)


def _draw_clusters(font: TTFont, shaper: uharfbuzz.Font) -> dict[tuple[str, ...], str]:
    """Add one composite glyph a cluster to `font`; return their names by the glyphs they stand for."""
    cmap, order = font.getBestCmap(), list(font.getGlyphOrder())
    glyf, hmtx, classes = font["glyf"], font["hmtx"], font["GDEF"].table.GlyphClassDef.classDefs
    ligatures: dict[tuple[str, ...], str] = {}
    for text, shaped_key in clusters():
        key = tuple(cmap[ord(letter)] for letter in shaped_key)
        if key in ligatures:
            continue
        name = "cluster." + "_".join(f"{ord(letter):04X}" for letter in shaped_key)
        glyph, advance = _composite(text, shaper, order)
        glyf[name] = glyph
        glyph.recalcBounds(glyf)
        hmtx[name] = (advance, glyph.xMin)
        classes[name] = LIGATURE_CLASS
        ligatures[key] = name
    font.setGlyphOrder([*order, *ligatures.values()])
    return ligatures


def _composite(text: str, shaper: uharfbuzz.Font, order: list[str]) -> tuple[Glyph, int]:
    """Return `text` as HarfBuzz sets it with the stock font, in one glyph, and its advance width."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.script, buffer.language, buffer.direction = "Thai", "th", "ltr"
    uharfbuzz.shape(shaper, buffer)
    glyph, pen_x = Glyph(), 0
    glyph.numberOfContours, glyph.components = -1, []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        part = GlyphComponent()
        part.glyphName = order[info.codepoint]
        part.x, part.y = pen_x + position.x_offset, position.y_offset
        part.flags = ARGS_ARE_XY | ROUND_TO_GRID
        glyph.components.append(part)
        pen_x += position.x_advance
    return glyph, pen_x


def _put_first(font: TTFont, ligatures: dict[tuple[str, ...], str]) -> None:
    """Make `ligatures` the first lookup of all and of `ccmp` in every script that has one."""
    table = font["GSUB"].table
    for lookup in table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            for record in _lookup_records(subtable):
                record.LookupListIndex += 1
    lookup = buildLookup([buildLigatureSubstSubtable(ligatures)])
    table.LookupList.Lookup.insert(0, lookup)
    table.LookupList.LookupCount = len(table.LookupList.Lookup)
    for record in table.FeatureList.FeatureRecord:
        feature = record.Feature
        feature.LookupListIndex = [index + 1 for index in feature.LookupListIndex]
        if record.FeatureTag == "ccmp":
            feature.LookupListIndex.insert(0, 0)
        feature.LookupCount = len(feature.LookupListIndex)


def _lookup_records(subtable: Any) -> Iterator[Any]:
    """Yield the records of a contextual `subtable` that name another lookup (format 3; Sarabun has no other)."""
    contextual = (otTables.ChainContextSubst, otTables.ContextSubst, otTables.ExtensionSubst)
    if isinstance(subtable, contextual):
        if getattr(subtable, "Format", 0) != 3:
            raise ValueError(f"the font has a lookup that this recipe doesn't know: {type(subtable).__name__}")
        yield from subtable.SubstLookupRecord


def _rename(font: TTFont, family: str, style: str, weight: int) -> None:
    """Give `font` the names by which typst, fontconfig and matplotlib find `family` in this weight."""
    table = font["name"]
    table.names = [name for name in table.names if name.platformID == 3 and name.nameID in KEPT_NAMES]
    linked = style in ("Regular", "Bold")
    postscript = f"{family.replace(' ', '')}-{style}"
    names = {
        1: family if linked else f"{family} {style}",
        2: style if linked else "Regular",
        3: f"1.000;ITA;{postscript}",
        4: f"{family} {style}",
        6: postscript,
        16: family,
        17: style,
    }
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    table.names.sort()
    font["OS/2"].usWeightClass = weight


def _saved(font: TTFont) -> bytes:
    target = BytesIO()
    font.save(target, reorderTables=True)
    return target.getvalue()
