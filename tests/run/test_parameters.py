"""The parameters cell is the interface: what does not fit it is refused before anything runs, all at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_notebooks import code

from ita_analysis.errors import ParameterError
from ita_analysis.run.parameters import Parameter, checked, parameters_of


def declared(*sources, **more):
    return parameters_of({"cells": [code(source, "parameters") for source in sources], **more}, "n.ipynb")


def refused(*sources):
    with pytest.raises(ParameterError) as caught:
        declared(*sources)
    return [problem.code for problem in caught.value.problems]


FOUR = declared('name: str = "a"  # who\ncount: int = 1\nline: float = 90.0\nflag: bool = False')


def test_each_line_gives_name_type_default_and_comment():
    assert declared('agency: str = "10#28"  # code # of the agency\nline: float = 90') == {
        "agency": Parameter("agency", "str", "10#28", "code # of the agency"),
        "line": Parameter("line", "float", 90, ""),
    }


def test_a_value_over_several_lines_keeps_its_comment():
    assert declared('a: str = (\n  "x"\n)  # why\nb: int = 1  # b')["a"].comment == "why"


@pytest.mark.parametrize("count", [0, 2, 3])
def test_there_is_exactly_one_parameters_cell(count):
    assert refused(*["x: int = 1"] * count) == ["parameters-cell"]


def test_a_markdown_cell_with_the_tag_is_no_parameters_cell():
    cell = {"cell_type": "markdown", "source": "x", "metadata": {"tags": ["parameters"]}}
    with pytest.raises(ParameterError):
        parameters_of({"cells": [cell]}, "n.ipynb")


@pytest.mark.parametrize(
    "source", ["x: int = ", "x: int = 1\n  y: int = 2", "ก ข", "x: str = 'a", "x: int = 1\0", "(" * 5000]
)
def test_a_cell_that_is_no_python_is_refused(source):
    assert refused(source) == ["parameters-syntax"]


@pytest.mark.parametrize(
    "line",
    [
        "x = 1",
        "x: int",
        "x: int = 1 + y",
        "x: int = len('a')",
        "x: int = True",
        "x: int = 1.0",
        "x: float = 'a'",
        "x: str = None",
        "x: list = []",
        "x: dict = {[]: 1}",
        "x: 'int | None' = 1",
        "import os",
        "a.b: int = 1",
        "x: float = 99999999999999999999",
    ],
)
def test_a_line_of_another_form_is_refused(line):
    assert refused(line) == ["parameters-form"]


def test_every_bad_line_is_reported():
    assert refused("a = 1\nb: int = 1\nc: int = 'x'\nb: int = 2") == [
        "parameters-form",
        "parameters-form",
        "parameters-twice",
    ]


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(ParameterError) as caught:
        checked(FOUR, {"lime": 80.0}, "n.ipynb")
    (problem,) = caught.value.problems
    assert (problem.code, problem.column) == ("parameter-unknown", "lime")
    assert "line" in problem.fix
    assert "ยังไม่ได้รัน" in caught.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 1028),
        ("name", None),
        ("count", "1"),
        ("count", 1.0),
        ("count", True),
        ("line", "90"),
        ("line", False),
        ("line", 10**400),
        ("flag", 1),
        ("flag", "True"),
    ],
)
def test_a_value_of_another_type_is_refused(name, value):
    with pytest.raises(ParameterError) as caught:
        checked(FOUR, {name: value}, "n.ipynb")
    assert [problem.code for problem in caught.value.problems] == ["parameter-type"]


def test_every_fault_is_reported_at_once():
    with pytest.raises(ParameterError) as caught:
        checked(FOUR, {"nam": "x", "count": "1", "flag": True, "line": None}, "n.ipynb")
    assert len(caught.value.problems) == 3


def test_a_whole_number_fits_float_and_becomes_one():
    value = checked(FOUR, {"line": 85}, "n.ipynb")["line"]
    assert value == 85.0 and type(value) is float


@given(st.dictionaries(st.text(max_size=8), st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text())))
def test_whatever_is_given_fits_or_is_refused(given_values):
    try:
        values = checked(FOUR, given_values, "n.ipynb")
    except ParameterError as error:
        assert error.problems
    else:
        assert set(values) <= set(FOUR)
