"""Parameters are read from the notebook and checked before any kernel starts."""

import nbformat
import numpy as np
import pytest

from helpers.errors import DataError, UsageError
from helpers.report import parameters

CELL = """\
# What the page is about.
company: str = "completejourney"  # folder under data/companies
horizon_weeks: int = 13  # how far to look ahead
churn: float = 0.5
weekly: bool = False
channels: list[str] = ["email", "shop"]  # which to show
budget: float | None = None  # # euro a month
"""


def notebook(source: str = CELL, *, tags=("parameters",), kernel="python3") -> nbformat.NotebookNode:
    nb = nbformat.v4.new_notebook()
    if kernel:
        nb.metadata["kernelspec"] = {"name": kernel, "display_name": "Python 3"}
    nb.cells = [nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})]
    return nb


def check(**given):
    return parameters.check(parameters.read(notebook()), given, notebook="crm/01")


def test_the_cell_is_read_with_types_defaults_and_help():
    declared = parameters.read(notebook())
    assert [one.name for one in declared.values()] == [
        "company",
        "horizon_weeks",
        "churn",
        "weekly",
        "channels",
        "budget",
    ]
    assert declared["horizon_weeks"] == parameters.Parameter(
        "horizon_weeks", "int", False, 13, "how far to look ahead"
    )
    assert declared["budget"].shown == "float | None"
    assert declared["channels"].default == ["email", "shop"]


@pytest.mark.parametrize(
    ("name", "given", "plain"),
    [
        ("horizon_weeks", "26", 26),
        ("horizon_weeks", np.int64(5), 5),
        ("churn", "0.25", 0.25),
        ("churn", 1, 1.0),
        ("weekly", "yes", True),
        ("weekly", np.False_, False),
        ("channels", "email, sms", ["email", "sms"]),
        ("channels", '["a", "b"]', ["a", "b"]),
        ("channels", ("a", np.str_("b")), ["a", "b"]),
        ("budget", "none", None),
        ("budget", np.float64(2.5), 2.5),
        ("company", "2026", "2026"),
    ],
)
def test_a_value_becomes_plain_python_of_the_declared_type(name, given, plain):
    value = check(**{name: given})[name]
    assert value == plain
    assert type(value) is type(plain)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("horizon_weeks", "seven"),
        ("horizon_weeks", "7.5"),
        ("horizon_weeks", 7.5),
        ("horizon_weeks", True),
        ("churn", "much"),
        ("weekly", "maybe"),
        ("weekly", 3),
        ("company", 5),
        ("company", None),
        ("channels", 3),
    ],
)
def test_an_ill_typed_value_is_refused_in_one_sentence_that_quotes_it(name, given):
    with pytest.raises(UsageError) as refusal:
        check(**{name: given})
    assert name in str(refusal.value)
    assert repr(given) in str(refusal.value)


def test_an_unknown_name_is_refused_with_the_nearest_and_the_allowed_ones():
    with pytest.raises(
        UsageError, match=r'crm/01: .*"horizon_week".*did you mean "horizon_weeks".*allowed: company'
    ):
        check(horizon_week=5)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("n = 5", "not of the form"),
        ("n: int = 5 * 2", "write a literal"),
        ("n: date = 5", "use one of str, int"),
        ('n: int = "five"', "'five' for a parameter of type int"),
        ("n: int = ", "is not Python"),
        ("import os", "not of the form"),
    ],
)
def test_a_line_that_is_no_typed_literal_is_refused(source, says):
    with pytest.raises(DataError, match=says):
        parameters.read(notebook(source))


def test_a_notebook_without_a_kernelspec_is_refused():
    with pytest.raises(DataError, match=r"crm/01: .*kernelspec.*JupyterLab"):
        parameters.check_notebook(notebook(kernel=None), notebook="crm/01")


def test_a_misspelt_tag_is_refused_with_the_nearest_one():
    nb = notebook()
    nb.cells.append(nbformat.v4.new_markdown_cell("x", metadata={"tags": ["leadrship"]}))
    with pytest.raises(DataError, match=r'"leadrship".*did you mean "leadership"'):
        parameters.check_notebook(nb)


def test_two_parameters_cells_or_none_are_refused():
    with pytest.raises(DataError, match="2 cells"):
        parameters.read(nbformat.v4.new_notebook(cells=[notebook().cells[0], notebook().cells[0]]))
    with pytest.raises(DataError, match="0 cells"):
        parameters.read(notebook(tags=()))


@pytest.mark.parametrize("value", ["nan", "inf", float("nan"), "-inf"])
def test_a_number_that_is_none_is_refused(value):
    with pytest.raises(UsageError, match='"rate" is float'):
        parameters.convert(parameters.Parameter("rate", "float", False, 0.1), value)
