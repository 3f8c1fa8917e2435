"""Pictures of evidence as the plain data that the PDF template reads: checked, framed, sized."""

from __future__ import annotations

from typing import Any

from ita_analysis.brief.blocks import Photo
from ita_analysis.export.fitting import pieces
from ita_analysis.export.pictures import clean_photo

PHOTO_WIDTH, HIGHEST_PHOTO, CAPTION = 31.0, 60.0, 8.0  # millimetres, points of a caption
LONGEST_ALT = 2000  # letters; a PDF can't hold a description of any length
SMALL_WIDTH, HIGHEST_SMALL = 23.5, 36.0  # millimetres in the table of a brief


def photo_data(photo: Photo, room: float, *, is_small: bool = False) -> dict[str, Any]:
    """Return a picture of evidence with the size at which it stands, or its description where it is none."""
    clean = clean_photo(photo.small if is_small and photo.small else photo.large)
    alt = photo.alt if len(photo.alt) <= LONGEST_ALT else photo.alt[: LONGEST_ALT - 1] + "…"
    made = {
        "drawing": "",
        "alt": alt,
        "said": pieces(alt, room, CAPTION),
        "caption": pieces(photo.caption, room, CAPTION),
    }
    if clean is None:
        return made
    wide, high = (SMALL_WIDTH, HIGHEST_SMALL) if is_small else (PHOTO_WIDTH, HIGHEST_PHOTO)
    width = min(wide, room, high * clean.width / clean.height)
    framed = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {clean.width} {clean.height}">'
        f'<image width="{clean.width}" height="{clean.height}" href="data:{clean.media_type};base64,{clean.encoded}"/></svg>'
    )
    size = {"width": round(width, 2), "height": round(width * clean.height / clean.width, 2)}
    return {**made, "drawing": framed, **size}


def without_photos(block: dict[str, Any]) -> dict[str, Any]:
    """Return a table's data with the descriptions of its pictures in their place."""

    def described(value: Any) -> Any:
        if isinstance(value, list):
            return [described(one) for one in value]
        if not isinstance(value, dict):
            return value
        if "said" in value and "drawing" in value:
            return {**value, "drawing": ""}
        return {name: described(one) for name, one in value.items()}

    return described(block)  # type: ignore[no-any-return]
