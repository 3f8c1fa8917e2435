"""The real report read by rules, compared with the tables that people made of it: what is right, and that no error is silent."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from ita_analysis.measures import published, register
from ita_analysis.measures.published import Asked
from ita_analysis.run.importing import import_report
from ita_analysis.run.register_desk import Request
from ita_analysis.run.registers import take_imported
from ita_analysis.scores.bounded import read_input
from ita_analysis.thai.digits import to_arabic_digits

SHARED = Path(__file__).resolve().parents[3] / "shared"
if not SHARED.is_dir():
    SHARED = Path("/work/shared")
TRUTH = SHARED / "domain" / "sathon"
REPORT = SHARED / "reports" / "sathon-2567-first-half.txt"
