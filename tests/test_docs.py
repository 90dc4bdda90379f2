from helpers import docs


def test_the_pages_on_disk_are_what_the_code_says():
    assert docs.write(check=True) == []


def test_every_figure_has_a_definition_a_formula_and_a_change_worth_acting_on():
    for name, definition in docs.all_kpis().items():
        assert definition.id == name
        assert definition.definition.endswith(".") and definition.formula and definition.materiality > 0
        assert definition.better in ("up", "down") and definition.kind in ("counted", "estimated", "modelled")
        assert f"`{name}`" in docs.docs_kpis()
