"""A what-if panel in a real browser: moved by keyboard, computed as in Python, without network, without scripts, on paper."""

import json
import math
import runpy
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers import i18n, whatif
from helpers.methods import budget_panel, choice, choice_panel, ranking_panel
from helpers.methods.response import Curves
from helpers.report import editions
from helpers.report import whatif as fragment

HERE = Path(__file__).parent
pages = SimpleNamespace(**runpy.run_path(str(HERE / "pages.py")))
browser = SimpleNamespace(**runpy.run_path(str(HERE / "browser.py")))
panel = runpy.run_path(str(HERE.parent / "test_whatif.py"))["panel"]
AXE = browser.axe_source()
SCENARIOS = [
    {"spend": 400.0 + 40.0 * i, "margin": 0.2 + 0.01 * j, "extra": extra}
    for i in (0, 7, 10, 30)
    for j in (0, 13, 30, 60)
    for extra in ("average", "half", "none")
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(browser.missing() is not None, reason=str(browser.missing())),
]


@pytest.fixture(scope="module")
def chromium():
    with browser.Browser() as opened:
        yield opened


def write(folder: Path, *, language: str = "en", made: whatif.Panel | None = None) -> Path:
    payload = whatif.show(made or panel(language=language)).rows
    cell = pages.code("whatif.show(p)", [pages.rows(whatif.MIME, *payload)], "leadership")
    nb = pages.notebook(pages.md("## What if?", "leadership"), cell)
    path = folder / f"whatif.{language}.html"
    path.write_text(
        editions.render(nb, edition="leadership", page=pages.page(language=language)), encoding="utf-8"
    )
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("whatif"))


def press(chromium, key: str, times: int = 1):
    for _ in range(times):
        for kind in ("keyDown", "keyUp"):
            chromium.send(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=CODES[key]
            )


CODES = {"ArrowRight": 39, "ArrowLeft": 37, "ArrowDown": 40, "Tab": 9, "Enter": 13, "End": 35, "Home": 36}


def text(chromium, name: str) -> str:
    return chromium.evaluate(f"document.querySelector('[data-of={name}]').textContent")


def test_it_opens_from_a_file_without_network_and_the_policy_refuses_nothing(chromium, page):
    chromium.open(page)
    assert [url for url in chromium.requests() if not url.startswith(("file:", "data:"))] == []
    assert chromium.complaints() == []
    assert chromium.evaluate(
        "!document.querySelector('.play').hidden && !document.querySelector('.whatif details').open"
    )


def test_another_script_than_ours_is_refused(chromium, page, tmp_path):
    changed = page.read_text(encoding="utf-8").replace('"use strict";', '"use strict"; ')
    (tmp_path / "changed.html").write_text(changed, encoding="utf-8")
    chromium.open(tmp_path / "changed.html")
    assert any("Content Security Policy" in said for said in chromium.complaints())
    assert chromium.evaluate("document.querySelector('.play').hidden")


def test_the_browser_computes_what_python_computes(chromium, page):
    chromium.open(page)
    made, cases = panel(), set()
    given = json.dumps(SCENARIOS)
    shown = chromium.evaluate(
        f"JSON.stringify({given}.map(i => document.querySelector('.whatif').whatif.run(i)),"
        " (_, v) => v === Infinity ? 'beyond' : v)"
    )
    for inputs, there in zip(SCENARIOS, json.loads(shown), strict=True):
        here = whatif.run(made, inputs)
        cases.add(here["case"])
        assert there["case"] == here["case"]
        assert flat(there) == pytest.approx(flat(here), rel=1e-9, abs=1e-9), inputs
    assert cases == {"told", "open", "beyond"}


def budget_panel_made(*, language: str = "en") -> whatif.Panel:
    """The panel of a budget, three sliders of which one moves two channels, in 60 draws of which some lose sales; one channel is left out."""
    rng = np.random.default_rng(11)
    spend = np.array([2500.0, 1500.0, 2500.0, 800.0, 600.0])
    names, groups = (
        ("tv", "video", "social", "search", "withheld"),
        [("tv", "video"), ("social",), ("search",)],
    )
    effect = spend * rng.normal([0.6, 0.6, 3.2, 1.8, 9.0], [0.6, 0.6, 1.0, 1.5, 1.0], (60, 5))
    known = Curves(names, spend, effect, rng.uniform(0, 4, (60, 5)))
    seen = [[1600.0, 7000.0], [1000.0, 4000.0], [320.0, 1500.0]]
    made = budget_panel.table(known, seen=seen, margin=0.5, periods=4.348, draws=60, units=groups)
    euro, said = (
        {"unit": "currency", "currency": "EUR"},
        "{spend}: {change} ({change_interval}), {chance}; {after}, {roas}, {revenue}",
    )
    today = made["constants"]["spend"]
    inputs = tuple(
        whatif.Slider(
            id=name,
            label=label,
            low=0.0,
            high=40 * (now / 20),
            step=now / 20,
            default=20 * (now / 20),
            **euro,
        )
        for name, label, now in zip(made["constants"]["inputs"], names[1:4], today, strict=True)
    )
    figures = tuple(
        whatif.Figure(
            id=name,
            label=name,
            unit=unit,
            currency="EUR",
            decimals=decimals,
            beyond="nothing is moved",
            tabled=tabled,
        )
        for name, unit, decimals, tabled in (
            ("change", "currency", 0, "interval"),
            ("chance", "share", 0, "value"),
            ("spend", "currency", 0, "nothing"),
            ("revenue", "currency", 0, "value"),
            ("after", "currency", 0, "value"),
            ("roas", "ratio", 2, "nothing"),
        )
    )
    cases = ("today", "beyond", "likely", "open", "unlikely")
    return whatif.Panel(
        id="budget", title="What if?", model="budget", **made, inputs=inputs, figures=figures, language=language,
        sentences={case: f"{case}: {said}" for case in cases}, data=("Draws.",), assumed=("Curves.",), scenarios=({},),
    )  # fmt: skip


@pytest.fixture(scope="module")
def budget_page(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("budget"), made=budget_panel_made())


def budget_scenarios() -> list[dict]:
    sliders = budget_panel_made().inputs
    at = [(a, b, c) for a in (0, 9, 20, 23, 40) for b in (20, 0, 31) for c in (20, 12, 37)]
    return [{one.id: one.low + k * one.step for one, k in zip(sliders, steps, strict=True)} for steps in at]


def test_the_browser_computes_a_budget_as_python_does(chromium, budget_page):
    chromium.open(budget_page)
    assert chromium.complaints() == []
    made, given, cases = budget_panel_made(), budget_scenarios(), set()
    shown = chromium.evaluate(
        f"JSON.stringify({json.dumps(given)}.map(i => document.querySelector('.whatif').whatif.run(i)),"
        " (_, v) => v === Infinity ? 'beyond' : v)"
    )
    for inputs, there in zip(given, json.loads(shown), strict=True):
        here = whatif.run(made, inputs)
        cases.add(here["case"])
        assert there["case"] == here["case"], inputs
        for name, values in here["figures"].items():
            pair = [[-1.0 if n is None else 1e6 if n in ("beyond", math.inf) else n for n in one]
                    for one in (there["figures"][name], values)]  # fmt: skip
            assert pair[0] == pytest.approx(pair[1], rel=1e-9, abs=1e-9), (name, inputs)
    assert cases == {"today", "beyond", "likely", "open", "unlikely"}
    told = chromium.evaluate(
        f"JSON.stringify({json.dumps(given)}.map(i => document.querySelector('.whatif').whatif.told(i)))"
    )
    assert json.loads(told) == [whatif.told(made, inputs) for inputs in given]


def ranking_panel_made(language: str = "en") -> whatif.Panel:
    """Three options, three criteria."""
    rng = np.random.default_rng(5)
    score = np.array([[100.0, 0.0, 30.0], [40.0, 90.0, 60.0], [0.0, 100.0, 55.0]])
    made = ranking_panel.table(
        ["size", "growth", "fit"], score, score + 25 * rng.standard_normal((80, 3, 3)), top=2
    )
    inputs = tuple(
        whatif.Slider(id=name, label=name, low=0.0, high=1.0, step=0.01, default=0.3, unit="share")
        for name in made["constants"]["inputs"]
    )
    names = ("first", "total", "top_1", "top_2", "top_3")
    return whatif.Panel(
        id="ranking", title="What if?", model="ranking", **made, inputs=inputs, language=language,
        figures=tuple(whatif.Figure(id=name, label=name, unit="share", tabled="value") for name in names),
        sentences={f"first_{at}": f"{at}: {{first}} of {{total}}" for at in (1, 2, 3)}, data=("Draws.",), assumed=("Scale.",), scenarios=({},),
    )  # fmt: skip


def test_the_browser_computes_a_ranking_as_python_does(chromium, tmp_path):
    made = ranking_panel_made()
    chromium.open(write(tmp_path, made=made))
    assert chromium.complaints() == []
    at = [
        (0.0, 0.0, 0.0),
        (0.3, 0.3, 0.3),
        (1.0, 0.0, 0.0),
        (0.0, 1.0, 0.0),
        (0.65, 0.1, 0.22),
        (0.01, 0.99, 0.5),
    ]
    given = [dict(zip(("size", "growth", "fit"), one, strict=True)) for one in at]
    shown = json.loads(chromium.evaluate(
        f"JSON.stringify({json.dumps(given)}.map(i => document.querySelector('.whatif').whatif.run(i)))"
    ))  # fmt: skip
    for inputs, there in zip(given, shown, strict=True):
        here = whatif.run(made, inputs)
        assert there["case"] == here["case"], inputs
        for name, (value, _, _) in here["figures"].items():
            assert there["figures"][name][0] == pytest.approx(value, rel=1e-9, abs=1e-9), (name, inputs)
    assert {one["case"] for one in shown} == {"first_1", "first_2", "first_3"}
    told = chromium.evaluate(
        f"JSON.stringify({json.dumps(given)}.map(i => document.querySelector('.whatif').whatif.told(i)))"
    )
    assert json.loads(told) == [whatif.told(made, inputs) for inputs in given]


def delivery_panel_made(language: str = "en") -> whatif.Panel:
    """Orders home and collected, with draws in which moving saves and in which it does not."""
    rng = np.random.default_rng(9)
    point = [400.0, 800.0, -100.0, 200.0, 120.0, 40.0, 20.0, -1500.0]
    rows = np.array(point) * np.exp(0.3 * rng.standard_normal((80, 8)))
    made = {
        "constants": {"orders": 1000.0, "home": 500.0, "cost": 6000.0, "point": point, "level": 0.9},
        "draws": [[float(f"{value:.5g}") for value in row] for row in rows],
    }
    ends = {"moved": (0.0, 0.5), "cars": (-0.5, 0.5), "distance": (-0.5, 0.5), "boxes": (-0.5, 0.2)}
    inputs = tuple(
        whatif.Slider(id=name, label=name, low=low, high=high, step=0.05, default=0.0, unit="share")
        for name, (low, high) in ends.items()
    )
    figures = (
        whatif.Figure(id="kg", label="kg", unit="kg", decimals=2), whatif.Figure(id="change", label="change", unit="kg"),
        whatif.Figure(id="chance", label="chance", unit="share", tabled="value", beyond="nothing is moved"),
        whatif.Figure(id="money", label="money", unit="currency", currency="EUR"), whatif.Figure(id="cost", label="cost", unit="currency", currency="EUR"),
    )  # fmt: skip
    said = "{kg} ({kg_interval}), {change} ({change_interval}), {chance}, {money}, {cost}"
    return whatif.Panel(
        id="delivery", title="What if?", model="delivery", **made, inputs=inputs, figures=figures, language=language,
        sentences={case: f"{case}: {said}" for case in ("today", "likely", "open", "unlikely")}, data=("Draws.",), assumed=("Vans.",), scenarios=({},),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_browser_computes_deliveries_as_python_does(chromium, tmp_path, language):
    made = delivery_panel_made(language)
    chromium.open(write(tmp_path, language=language, made=made))
    assert chromium.complaints() == []
    given = [
        {"moved": m, "cars": c, "distance": d, "boxes": b}
        for m in (0.0, 0.05, 0.5) for c in (0.0, -0.5, 0.3) for d in (0.0, 0.5, -0.15) for b in (0.0, -0.5, 0.2)
    ]  # fmt: skip
    shown = json.loads(chromium.evaluate(
        f"JSON.stringify({json.dumps(given)}.map(i => document.querySelector('.whatif').whatif.run(i)),"
        " (_, v) => v === Infinity ? 'beyond' : v)"
    ))  # fmt: skip
    cases = set()
    for inputs, there in zip(given, shown, strict=True):
        here = whatif.run(made, inputs)
        cases.add(here["case"])
        assert there["case"] == here["case"], inputs
        for name, values in here["figures"].items():
            pair = [[-1.0 if n is None else 1e6 if n in ("beyond", math.inf) else n for n in one]
                    for one in (there["figures"][name], values)]  # fmt: skip
            assert pair[0] == pytest.approx(pair[1], rel=1e-9, abs=1e-9), (name, inputs)
    assert cases == {"today", "likely", "open", "unlikely"}
    told = chromium.evaluate(
        f"JSON.stringify({json.dumps(given)}.map(i => document.querySelector('.whatif').whatif.told(i)))"
    )
    assert json.loads(told) == [whatif.told(made, inputs) for inputs in given]


def test_the_sliders_of_a_budget_move_by_keyboard(chromium, budget_page):
    chromium.open(budget_page)
    made = budget_panel_made()
    assert text(chromium, "chance") == "nothing is moved"
    chromium.evaluate("document.querySelector('#budget-channel_1').focus()")
    press(chromium, "ArrowLeft", 4)
    press(chromium, "Tab")
    press(chromium, "ArrowRight", 2)
    tv, social, _ = made.inputs
    told = whatif.told(made, {"channel_1": tv.low + 16 * tv.step, "channel_2": social.low + 22 * social.step})
    for name in ("channel_1", "channel_2", "change", "chance", "after"):
        assert text(chromium, name) == told["values"][name], name
    press(chromium, "End")
    time.sleep(0.7)
    assert chromium.evaluate("document.querySelector('output').textContent").startswith("beyond: ")
    chromium.evaluate("document.querySelector('.whatif button').click()")
    assert text(chromium, "change") == "€0" and text(chromium, "chance") == "nothing is moved"


@pytest.mark.parametrize("width", [1440, 390])
def test_the_sliders_of_a_budget_fit_the_page(chromium, tmp_path, width):
    chromium.open(write(tmp_path, made=budget_panel_made()), width=width)
    assert chromium.overflow() <= 0


DEARER = {"price": -0.05, "none": -4.5}


def price_panel_made(
    *, language: str = "en", none: bool = True, rivals: int = 2, classes: int = 1
) -> whatif.Panel:
    """The panel of a price: a small study, an own offer beside rivals, a level that costs less, one set of tastes or classes."""
    worlds = runpy.run_path(str(HERE.parent / "methods" / "choice_worlds.py"))
    data = choice.coded(
        worlds["study"](
            2, none=none, people=300 if classes > 1 else 120, others=DEARER if classes > 1 else None
        ),
        references={"brand": "own", "bottle": "plastic"},
    )
    offers = pd.DataFrame(
        {
            "brand": ["own", "large", "small"],
            "bottle": ["glass", "plastic", "glass"],
            "price": [119, 99, 79],
        },
        index=["ours", "theirs", "cheap"],
    ).head(1 + rivals)
    made = choice_panel.constants_of(
        choice.fit(data) if classes == 1 else choice.fit_classes(data), data, offers, own="ours", unit_cost=45.0, extra_costs={"bottle": {"plastic": -7.5}},
        vat_rate=0.2, draws=150, seed=3,
    )  # fmt: skip
    known, euro = made["constants"], {"unit": "currency", "currency": "EUR"}
    chosen = zip(
        known["inputs"], known["attributes"], known["options"], known["levels"], known["today"]["options"], strict=True
    )  # fmt: skip
    inputs = (
        whatif.Slider(
            id="price", label="Price", low=71.0, high=171.0, step=4.0, default=known["today"]["price"], **euro
        ),
        *(
            whatif.Choice(id=id_, label=name, options=dict(zip(options, levels, strict=True)), default=now)
            for id_, name, options, levels, now in chosen
        ),
    )
    figures = (
        whatif.Figure(id="share", label="Share", unit="share", decimals=1),
        whatif.Figure(id="margin", label="Margin", decimals=0, **euro),
        whatif.Figure(id="revenue", label="Revenue", tabled="value", **euro),
        whatif.Figure(id="change", label="Change", tabled="value", **euro),
        whatif.Figure(id="chance", label="Chance", unit="share", tabled="nothing", beyond="nothing is moved"),
    )
    said = "{price}, {attribute_1}, {attribute_2}: {share} ({share_interval}), {margin}, {change}, {chance}"
    cases = ("today", "beyond", "likely", "open", "unlikely")
    return whatif.Panel(
        id="price_of_ours", title="What if?", model="price", **made, inputs=inputs, figures=figures, language=language,
        sentences={case: f"{case}: {said}" for case in cases}, data=("Choices.",), assumed=("Rivals stay.",),
        scenarios=({},), chart={"caption": "Margin", "x": "price", "target": "margin {margin}", **euro},
    )  # fmt: skip


PRICES = [
    {"price": 71.0 + 4 * k, "attribute_1": bottle, "attribute_2": brand}
    for k in (0, 2, 7, 12, 13, 22, 25)
    for bottle in ("level_1", "level_2")
    for brand in ("level_1", "level_2", "level_3")
]


@pytest.mark.parametrize(
    ("none", "rivals", "classes"), [(True, 2, 1), (False, 1, 1), (False, 0, 1), (True, 0, 1), (True, 2, 2)]
)
def test_the_browser_computes_a_price_as_python_does(chromium, tmp_path, none, rivals, classes):
    made, cases = price_panel_made(none=none, rivals=rivals, classes=classes), set()
    chromium.open(write(tmp_path, made=made))
    assert chromium.complaints() == []
    shown = chromium.evaluate(
        f"JSON.stringify({json.dumps(PRICES)}.map(i => document.querySelector('.whatif').whatif.run(i)),"
        " (_, v) => v === Infinity ? 'beyond' : v)"
    )
    for inputs, there in zip(PRICES, json.loads(shown), strict=True):
        here = whatif.run(made, inputs)
        cases.add(here["case"])
        assert there["case"] == here["case"], inputs
        assert flat(there) == pytest.approx(flat(here), rel=1e-9, abs=1e-9), inputs
        assert there["curve"]["x"] == here["curve"]["x"]
    if none and rivals and classes == 1:
        assert cases == {"today", "beyond", "likely", "open", "unlikely"}
    told = chromium.evaluate(
        f"JSON.stringify({json.dumps(PRICES)}.map(i => document.querySelector('.whatif').whatif.told(i)))"
    )
    assert json.loads(told) == [whatif.told(made, inputs) for inputs in PRICES]


def test_the_picture_of_a_price_has_prices_under_it_and_its_dot_at_the_price(chromium, tmp_path):
    made = price_panel_made()
    chromium.open(write(tmp_path, made=made))
    marks = chromium.evaluate(
        "[...document.querySelectorAll('.whatif svg text[text-anchor=middle]')].map(e => e.textContent)"
    )
    assert marks == ["€79", "€99", "€119", "€139", "€159"]
    dot = "Number(document.querySelector('.whatif svg .dot').getAttribute('cx'))"
    line = "document.querySelector('.whatif svg .line').getAttribute('points').split(' ').map(p => Number(p.split(',')[0]))"
    assert abs(chromium.evaluate(dot) - chromium.evaluate(line)[10]) < 0.2
    chromium.evaluate("document.querySelector('#price_of_ours-price').focus()")
    press(chromium, "ArrowRight", 5)
    told = whatif.told(made, {"price": 139.0})["values"]
    assert text(chromium, "share") == told["share"] and text(chromium, "margin") == told["margin"]
    assert abs(chromium.evaluate(dot) - chromium.evaluate(line)[15]) < 0.2


@pytest.mark.parametrize("width", [1440, 390])
def test_the_panel_of_a_price_fits_the_page(chromium, tmp_path, width):
    chromium.open(write(tmp_path, made=price_panel_made()), width=width)
    assert chromium.overflow() <= 0


def flat(result: dict) -> list[float]:
    figures = [bound for name in sorted(result["figures"]) for bound in result["figures"][name]]
    curve = result["curve"]
    numbers = [*figures, *curve["value"], *curve["low"], *curve["high"], curve["target"], curve["mark"]]
    return [-1.0 if n is None else 1e6 if n == "beyond" or math.isinf(n) else n for n in numbers]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_browser_writes_what_python_writes(chromium, tmp_path, language):
    if language not in i18n.languages():
        pytest.skip(f"no catalogue for {language}")
    chromium.open(write(tmp_path, language=language))
    made = panel(language=language)
    shown = chromium.evaluate(
        f"JSON.stringify({json.dumps(SCENARIOS)}.map(i => document.querySelector('.whatif').whatif.told(i)))"
    )
    for inputs, there in zip(SCENARIOS, json.loads(shown), strict=True):
        assert there == whatif.told(made, inputs)


@pytest.mark.parametrize("language", ["en", "fr", "fr_CH"])
@pytest.mark.parametrize(
    ("unit", "decimals"),
    [("currency", 0), ("currency", 2), ("share", 0), ("share", 1), ("count", 0), ("months", 1)],
)
def test_every_size_of_figure_is_written_alike(chromium, page, language, unit, decimals):
    if i18n.base(language) not in i18n.languages():
        pytest.skip(f"no catalogue for {language}")
    rng = np.random.default_rng(3)
    ties = [
        0.0,
        0.5,
        1.0,
        1.5,
        2.5,
        0.125,
        1.005,
        1.015,
        2.675,
        0.045,
        0.055,
        0.9995,
        999.5,
        1234.5,
        12345.675,
    ]
    large = [999_999.5, 1e6, 1_234_567.0, 1_235_000.0, 999_994_999.0, 1.5e9, 2.345e12, 1e-7, 3.2e-5]
    values = [
        *ties,
        *large,
        *(10 ** rng.uniform(-4, 10, 200)).tolist(),
        *rng.uniform(0, 30, 100).round(2).tolist(),
    ]
    values += [-value for value in values if value]
    formats = fragment.pattern(unit, language=language, currency="EUR", decimals=decimals)
    chromium.open(page)
    shown = chromium.evaluate(
        f"{json.dumps(values)}.map(v => document.querySelector('.whatif').whatif.written(v, {json.dumps(formats)}))"
    )
    options = {"language": language, "currency": "EUR", "decimals": decimals}
    assert shown == [i18n.number(value, unit, **options) for value in values]


def test_a_slider_moves_by_keyboard_and_the_result_is_python_s(chromium, page):
    chromium.open(page)
    chromium.evaluate("document.querySelector('#payback-spend').focus()")
    press(chromium, "ArrowRight", 3)
    press(chromium, "Tab")
    press(chromium, "ArrowLeft", 10)
    press(chromium, "Tab")
    press(chromium, "ArrowDown")
    told = whatif.told(panel(), {"spend": 920.0, "margin": 0.4, "extra": "half"})
    assert text(chromium, "spend") == told["values"]["spend"] == "€920"
    assert text(chromium, "cac") == told["values"]["cac"]
    assert text(chromium, "months") == told["values"]["months"]
    assert told["values"]["months_interval"] in text(chromium, "months_interval")
    assert (
        chromium.evaluate("document.querySelector('#payback-spend').getAttribute('aria-valuetext')") == "€920"
    )


def test_the_whole_sentence_is_spoken_once_at_rest(chromium, page):
    chromium.open(page)
    chromium.evaluate(
        "window.spoken = []; new MutationObserver(() => window.spoken.push(document.querySelector('output').textContent))"
        ".observe(document.querySelector('output'), {childList: true, characterData: true, subtree: true}); 0"
    )
    chromium.evaluate("document.querySelector('#payback-margin').focus()")
    press(chromium, "ArrowRight", 5)
    time.sleep(0.8)
    said = whatif.told(panel(), {"margin": 0.55})["sentence"]
    assert chromium.evaluate("window.spoken") == [said]
    assert chromium.evaluate("document.querySelector('.whatif svg').getAttribute('aria-label')") == said


def test_the_button_brings_things_as_they_are_back(chromium, page):
    chromium.open(page)
    chromium.evaluate("document.querySelector('#payback-spend').focus()")
    press(chromium, "End")
    assert text(chromium, "spend") == "€1,600"
    chromium.evaluate("document.querySelector('.whatif button').focus()")
    chromium.send(
        "Input.dispatchKeyEvent",
        type="keyDown",
        key="Enter",
        code="Enter",
        text="\r",
        windowsVirtualKeyCode=13,
    )
    chromium.send("Input.dispatchKeyEvent", type="keyUp", key="Enter", code="Enter", windowsVirtualKeyCode=13)
    assert text(chromium, "spend") == "€800"


def test_the_keyboard_reaches_every_control_in_order(chromium, page):
    chromium.open(page)
    chromium.evaluate("document.querySelector('#payback-spend').focus()")
    reached = []
    for _ in range(5):
        reached.append(chromium.evaluate("document.activeElement.name || document.activeElement.tagName"))
        press(chromium, "Tab")
    assert reached == ["payback-spend", "payback-margin", "payback-extra", "BUTTON", "SUMMARY"]


def test_the_picture_is_drawn_and_follows(chromium, page):
    chromium.open(page)
    line = "document.querySelector('.whatif svg .line').getAttribute('points')"
    before = chromium.evaluate(line)
    chromium.evaluate("document.querySelector('#payback-margin').focus()")
    press(chromium, "Home")
    assert len(before.split()) == 13 and chromium.evaluate(line) != before
    assert chromium.evaluate("document.querySelector('.whatif svg .name').textContent") == "cost €40.00"


def test_without_scripts_the_table_stands_open_and_no_control_shows(chromium, page):
    chromium.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        chromium.open(page)
        seen = chromium.evaluate(
            "JSON.stringify({open: document.querySelector('.whatif details').open,"
            " rows: document.querySelectorAll('.whatif tbody tr').length,"
            " height: document.querySelector('.whatif table').getBoundingClientRect().height,"
            " controls: [...document.querySelectorAll('.whatif input, .whatif button')].filter(e => e.offsetParent).length})"
        )
    finally:
        chromium.send("Emulation.setScriptExecutionDisabled", value=False)
    seen = json.loads(seen)
    assert seen["open"] and seen["rows"] == 3 and seen["height"] > 60 and seen["controls"] == 0


def test_paper_shows_the_table_and_no_control(chromium, page):
    chromium.open(page)
    chromium.send("Emulation.setEmulatedMedia", media="print")
    controls = (
        "[...document.querySelectorAll('.whatif input, .whatif button')].filter(e => e.offsetParent).length"
    )
    assert chromium.evaluate(controls) == 0
    assert chromium.evaluate("document.querySelector('.whatif table').getBoundingClientRect().height") > 60
    assert text(chromium, "spend") == "€800"


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(chromium, page, dark, width):
    chromium.open(page, width=width, dark=dark)
    assert chromium.overflow() <= 0
    if AXE is None:
        pytest.skip("the package axe-core-python is not installed")
    assert chromium.axe(AXE) == []
