"""Formulas: drawn as they are written, on the line of the text, and shown as TeX where they cannot be drawn."""

import base64
import re

import pytest
from bs4 import BeautifulSoup

from helpers.report import formulas, frame, prose

FRACTION = r"r_k = \frac{n_k}{n_0}"


def image(tex: str, **options):
    return BeautifulSoup(prose.formula(tex, **options), "html.parser").img


def svg(tex: str, **options) -> BeautifulSoup:
    coded = image(tex, **options)["src"].removeprefix("data:image/svg+xml;base64,")
    return BeautifulSoup(base64.b64decode(coded).decode(), "html.parser").svg


def steps(tex: str, **options) -> tuple[int, int]:
    """Return height and depth in quarters of an em."""
    tall, deep = image(tex, **options)["class"][1:]
    return int(tall.removeprefix("tall-")), int(deep.removeprefix("deep-"))


def points(tex: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d", svg(tex).path["d"])]


def test_the_alt_text_is_the_tex():
    assert image(FRACTION)["alt"] == FRACTION and image(FRACTION)["class"][0] == "formula"


def test_all_ink_lies_inside_the_picture_and_the_baseline_where_the_class_says():
    for tex in (FRACTION, "x", r"\sum_{i=1}^{n} w_i y_i", r"\sqrt{\frac{p(1-p)}{n}}"):
        left, top, width, height = map(float, svg(tex)["viewbox"].split())
        tall, deep = steps(tex)
        assert height == pytest.approx(tall * 25) and top + height == pytest.approx(deep * 25)
        xs, ys = points(tex)[::2], points(tex)[1::2]
        assert left <= min(xs) and max(xs) <= left + width
        assert top <= min(ys) and max(ys) <= top + height


def test_a_letter_without_tail_stands_on_the_line_and_a_subscript_hangs_under_it():
    assert max(points("x")[1::2]) < 3  # hundredths of an em under the baseline
    assert max(points("x_k")[1::2]) > 10
    assert steps(r"\frac{a}{b}")[0] > steps("a")[0]


def test_a_fraction_of_its_own_line_is_drawn_larger():
    assert steps(r"\frac{a}{b}", block=True)[0] > steps(r"\frac{a}{b}")[0]


def test_both_names_of_a_sign_give_the_same_picture():
    assert svg(r"a \le b") == svg(r"a \leq b")


def test_the_style_sheet_has_a_rule_for_every_height_and_depth():
    sheet = frame.sheet()
    for kind, most in (("tall", formulas.TALLEST), ("deep", formulas.DEEPEST)):
        for step in range(1 if kind == "tall" else 0, most + 1):
            amount = re.search(rf"\.{kind}-{step} \{{ (?:height|vertical-align): (-?[\d.]+)em; \}}", sheet)
            assert abs(float(amount[1])) == step * formulas.STEP


@pytest.mark.parametrize(
    "tex", [r"\begin{cases}a\end{cases}", r"\frac{1}", r"\nosuch{x}", "\\text{\u4e2d}", "x" * 401, ""]
)
def test_what_cannot_be_drawn_shows_its_tex_as_code(tex):
    shown = BeautifulSoup(prose.formula(tex), "html.parser")
    assert shown.img is None and shown.code.get_text() == tex


def test_a_missing_sign_is_not_said_on_the_terminal(caplog):
    prose.formula("\\text{\u4e2d}")
    assert not caplog.records


def test_markup_in_a_formula_stays_text():
    shown = prose.formula('x < \\nosuch <script>alert("x")</script>')
    assert "<script" not in shown and "&lt;script&gt;" in shown
    assert image("a < b > c")["alt"] == "a < b > c"


def test_the_same_formula_gives_the_same_bytes():
    first = prose.formula(FRACTION)
    formulas._drawn.cache_clear()
    assert prose.formula(FRACTION) == first


def test_formulas_in_a_cell_stand_in_the_line_or_in_a_block():
    soup = BeautifulSoup(prose.clean("<p>Retention is $r_k$.</p><p>$$r_k = 1$$</p>"), "html.parser")
    assert [tag.parent.name for tag in soup.select("img.formula")] == ["p", "span"]
    assert soup.select_one(".formula-block img")["alt"] == "r_k = 1"
