"""One built font folder for the whole run of the suite."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ita_analysis.thai import fonts


@pytest.fixture(scope="session")
def made_fonts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The font folder, built in a cache of its own."""
    before = os.environ.get("ITA_CACHE")
    os.environ["ITA_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield fonts.font_folder()
    fonts._ready.cache_clear()
    fonts.web_font_css.cache_clear()
    if before is None:
        del os.environ["ITA_CACHE"]
    else:
        os.environ["ITA_CACHE"] = before
