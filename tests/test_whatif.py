"""What-if panels: what is refused, what the table says, how figures are written for the script."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from helpers import whatif
from helpers.report import whatif as fragment
from helpers.whatif import Choice, Figure, Panel, Slider


def panel(**values) -> Panel:
    """A panel of the model "payback" on a shop of 20 draws."""
    rng = np.random.default_rng(7)
    draws = [[round(20 + n, 3), *np.round(np.cumsum(row), 2).tolist()] for n, row in zip(
        rng.normal(0, 0.5, 20), rng.gamma(4, 3, (20, 13)), strict=True)]  # fmt: skip
    curve = np.mean([draw[1:] for draw in draws], axis=0).round(2).tolist()
    constants = {"level": 0.9, "months": 12, "spend": 800.0, "customers": 20.0}
    constants |= {"customers_low": 18.0, "customers_high": 22.0, "revenue": curve}
    euro = {"unit": "currency", "currency": "EUR"}
    made = {
        "id": "payback",
        "title": "What if?",
        "model": "payback",
        "constants": constants,
        "draws": draws,
        "inputs": (
            Slider(id="spend", label="Media spend", low=400.0, high=1600.0, step=40.0, default=800.0, **euro),
            Slider(id="margin", label="Margin", low=0.2, high=0.8, step=0.01, default=0.5, unit="share"),
            Choice(
                id="extra",
                label="A euro more wins",
                options={"average": "as many", "half": "half", "none": "none <script>"},
                default="average",
            ),
        ),
        "figures": (
            Figure(id="months", label="Paid back", unit="months", decimals=1, beyond="more than 12 months"),
            Figure(id="cac", label="Cost", decimals=2, tabled="value", **euro),
            Figure(id="within", label="Within 12", unit="share", tabled="value"),
            Figure(id="customers", label="Customers", unit="count", tabled="nothing"),
        ),
        "sentences": {
            "told": "At {spend} and {margin}, {cac}: {months} ({months_interval}); {extra}.",
            "open": "At {spend} and {margin}, {cac}: {months} ({months_interval}), {within}; {extra}.",
            "beyond": "At {spend} and {margin}, {cac}: not in most draws ({within}); {extra}.",
        },
        "data": ("Spend and orders.",),
        "assumed": ("What a euro more wins.",),
        "scenarios": ({}, {"spend": 1600.0, "extra": "none"}, {"margin": 0.2, "extra": "half"}),
        "chart": {"caption": "Margin", "x": "months", "target": "cost {cac}", **euro},
    }
    return Panel(**{**made, **values})


BAD = [
    ({"model": "guess"}, 'model "guess" is unknown; use payback, budget, price, ranking, delivery.'),
    ({"id": "Pay back"}, '"Pay back" cannot be an id'),
    ({"scenarios": ()}, "there is no scenario"),
    ({"scenarios": ({"price": 3},)}, 'a scenario names "price"; the inputs are spend, margin, extra.'),
    ({"scenarios": ({"extra": "double"},)}, 'a scenario has extra = "double"; use average, half, none.'),
    ({"scenarios": ({"spend": 5000.0},)}, "a scenario has spend = 5000, outside 400 to 1600."),
    ({"draws": [[1.0, math.nan]]}, "a draw is empty or holds no number"),
    ({"draws": []}, "a draw is empty or holds no number"),
    ({"draws": [[1.23456789] * 100] * 100}, "its draws take 110,201 bytes of the page, at most 60,000"),
    ({"sentences": {"told": "At {price}."}}, 'the sentence "told" has {price}'),
]


@pytest.mark.parametrize(("values", "said"), BAD, ids=lambda value: str(value)[:24])
def test_a_bad_panel_is_refused_in_one_sentence(values, said):
    with pytest.raises(ValueError, match=r"^what-if ") as refused:
        panel(**values)
    assert said in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"default": 810.0}, "spend: default 810 is not one of the steps from 400 by 40 to 1600."),
        ({"high": 1610.0}, "spend: high 1610 is not one of the steps"),
        ({"low": 2000.0}, "spend: low 2000, high 1600 and step 40 leave no range"),
    ],
)
def test_a_slider_off_its_steps_is_refused(values, said):
    inputs = panel().inputs
    with pytest.raises(ValueError, match="what-if payback") as refused:
        panel(inputs=(replace(inputs[0], **values), *inputs[1:]))
    assert said in str(refused.value)


def test_a_choice_whose_default_is_no_option_is_refused():
    inputs = panel().inputs
    with pytest.raises(ValueError, match='default "all" is no option; use average, half, none'):
        panel(inputs=(*inputs[:2], replace(inputs[2], default="all")))


def test_the_table_of_scenarios_says_what_the_model_says():
    made = panel()
    table = whatif.scenarios(made)
    assert list(table.columns) == [
        "Media spend", "Margin", "A euro more wins", "Paid back", "90% interval", "Cost", "Within 12",
    ]  # fmt: skip
    months, low, high = whatif.run(made, {})["figures"]["months"]
    assert table["Paid back"][0] == f"{months:.1f} months"
    assert table["90% interval"][0] == f"{low:.1f} to {high:.1f} months"
    assert table["Media spend"].tolist() == ["€800", "€1,600", "€800"]
    assert table["Cost"].tolist() == ["€40.00", "€80.00", "€40.00"]
    assert table["Paid back"][1] == "more than 12 months" and table["90% interval"][1].endswith(
        " to more than 12 months"
    )


def test_each_case_has_its_sentence():
    made = panel()
    assert whatif.told(made, {})["sentence"].startswith("At €800 and 50%, €40.00: ")
    assert (
        "not in most draws (0%); none <script>."
        in whatif.told(made, {"spend": 1600.0, "margin": 0.2, "extra": "none"})["sentence"]
    )
    cases = {
        whatif.run(made, {"spend": spend, "margin": margin, "extra": "half"})["case"]
        for spend in (400.0, 800.0, 1600.0)
        for margin in (0.2, 0.5, 0.6, 0.7, 0.8)
    }
    assert cases == {"told", "open", "beyond"}


def test_the_notebook_shows_the_table_and_the_sentences():
    shown = whatif.show(panel())
    bundle = shown._repr_mimebundle_()
    assert "more than 12 months" in bundle["text/html"] and bundle["text/plain"].count("\n") == 2
    (row,) = bundle[whatif.MIME]["rows"]
    assert json.loads(json.dumps(row, allow_nan=False)) == json.loads(json.dumps(row))


def test_a_panel_that_cannot_be_shown_is_a_line_that_says_why():
    shown = whatif.show("The shop has no table media_spend <b>.")
    assert repr(shown) == "The shop has no table media_spend <b>."
    html = str(fragment.panels(shown.rows, language="en"))
    assert html == "<p>The shop has no table media_spend &lt;b&gt;.</p>"


def test_no_text_of_a_panel_ends_its_data_or_becomes_a_tag():
    html = str(fragment.panels(whatif.show(panel(title="</script><b>")).rows, language="en"))
    data = html.split('<script type="application/json">')[1].split("</script>")[0]
    assert json.loads(data)["inputs"][2]["options"]["none"] == "none <script>"
    assert "<b>" not in html and html.count("<script") == 1 == html.count("</script>")


def test_a_panel_of_an_assistive_reader_has_a_label_for_each_control():
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(str(fragment.panels(whatif.show(panel()).rows, language="en")), "html.parser")
    for slider in soup.find_all("input", type="range"):
        assert soup.find("label", attrs={"for": slider["id"]}) and slider["aria-valuetext"]
    assert soup.fieldset.legend.get_text() == "A euro more wins" and len(soup.fieldset.find_all("label")) == 3
    assert soup.output["aria-live"] == "polite" and soup.find("details").has_attr("open")
    assert soup.find(class_="play").has_attr("hidden")


@pytest.mark.parametrize(
    ("unit", "language", "said"),
    [
        ("currency", "en", [["€", ""], ["−€", ""]]),
        ("currency", "fr", [["", "\u00a0€"], ["−", "\u00a0€"]]),
        ("share", "en", [["", "%"], ["−", "%"]]),
        ("share", "fr", [["", "\u00a0%"], ["−", "\u00a0%"]]),
    ],
)
def test_formats_for_the_script_are_those_of_python(unit, language, said):
    first = fragment.pattern(unit, language=language, currency="EUR", decimals=2)[0]
    assert [first["plus"], first["minus"]] == said and first["decimals"] == 2
    assert (first["group"], first["decimal"]) == (("\u202f", ",") if language == "fr" else (",", "."))


def test_a_counted_figure_has_its_noun_for_one_and_for_many():
    one = fragment.pattern("months", decimals=1)
    assert [entry["plus"][1] for entry in one] == [" months", " month", " months"]
    assert [entry["only"] for entry in one] == [None, 1.0, None]
