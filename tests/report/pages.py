"""Tiny executed notebooks, runs and rows, for the tests of the pages. Loaded by path: see test_editions."""

import nbformat.v4 as v4

CANARY = "canary-7351902"
LONG = "x" * 10_000
BACKWARDS = "\u202e\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627"  # an override and two right-to-left scripts
# A parser and a browser end this section at different places.
ESCAPED = '<![CDATA[><meta http-equiv="refresh" content="0;url=https://evil.example/"><form action="x">]]>'
CODE_LINE = "curve = retention_curve(orders, until=until)"
HOSTILE = '<script>alert("x")</script> & <b>Söhne</b> "quoted" 🙂 ' + ESCAPED + BACKWARDS
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="32"><path d="M0 0h64v32H0z" fill="#00695c"/></svg>'
KPI, CHECK, DECISION = (f"application/vnd.cmo.{name}+json" for name in ("kpi", "check", "decision"))
HISTORY = [
    {
        "period": f"2017-{month:02d}",
        "value": 0.28 + month / 400,
        "low": 0.26 + month / 400,
        "high": 0.30 + month / 400,
    }
    for month in range(1, 13)
]
COMPARISONS = [
    {"base": "previous", "period": "2017-11", "value": 0.021, "low": 0.01, "high": 0.03, "verdict": "better"},
    {"base": "target", "period": "target", "value": -0.036, "low": -0.05, "high": -0.02, "verdict": "worse"},
]


def kpi(**values) -> dict:
    """Return a KPI row, estimated, with comparisons and history."""
    row = {
        "id": "repurchase", "label": "Customers who order again", "pillar": "crm", "kind": "estimated", "value": 0.314,
        "low": 0.298, "high": 0.33, "level": 0.9, "n": 2310, "unit": "share", "currency": None, "period": "2017-12",
        "period_label": "December 2017", "market": "ALL", "segment": "all", "better": "up", "target": 0.35,
        "definition": "Customers with a further purchase day, over all.", "definition_version": 1, "decimals": 1,
        "sentence": "", "headline": True, "verdict": "better", "comparisons": COMPARISONS, "history": HISTORY,
    }  # fmt: skip
    return {**row, **values}


def refusal(**values) -> dict:
    """Return a KPI row that cannot be told."""
    why = "Only 24 customers; a percentage needs 30."
    said = f"Repurchase, December 2017: cannot tell. {why}"
    empty = {"value": None, "low": None, "high": None, "verdict": None, "comparisons": [], "history": []}
    return kpi(
        **{**empty, "id": "thin", "label": "Repurchase", "n": 24, "sentence": said, "reason": why, **values}
    )


def check(status: str = "review", **values) -> dict:
    """Return a check row."""
    return {
        "id": status,
        "status": status,
        "text": f"A {status} was found.",
        "remedy": "Ask the shop.",
        **values,
    }


def decision(**values) -> dict:
    """Return a decision row."""
    row = {
        "id": "move", "verb": "Move", "amount": "$40,000", "effect": 61000.0, "low": 22000.0, "high": 103000.0,
        "unit": "currency", "currency": "USD", "probability": 0.93, "reverse_if": "Repurchase stays under 30%.",
        "owner": "Head of CRM", "due": "2018-01-31", "sentence": "Move $40,000 to the welcome series.",
    }  # fmt: skip
    return {**row, **values}


def rows(mime: str, *listed: dict):
    """Return a display output of rows, with the HTML that the notebook itself would show."""
    data = {
        mime: {"rows": list(listed)},
        "text/html": "<table><tr><td>in the notebook</td></tr></table>",
        "text/plain": "x",
    }
    return v4.new_output("display_data", data=data)


def chart(alt: str | None = "Line from 31% at month 1 to 15% at month 11."):
    """Return a chart as the notebooks display it."""
    metadata = {"image/svg+xml": {"alt": alt}} if alt is not None else {}
    return v4.new_output(
        "display_data", data={"image/svg+xml": SVG, "text/plain": "chart"}, metadata=metadata
    )


def md(source: str, *tags: str):
    """Return a Markdown cell."""
    return v4.new_markdown_cell(source, metadata={"tags": list(tags)})


def code(source: str, outputs=(), *tags: str):
    """Return an executed code cell."""
    return v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def words(text: str):
    """Return computed Markdown."""
    return v4.new_output("display_data", data={"text/markdown": text, "text/plain": "<Markdown object>"})


def table(html: str):
    """Return a data frame as pandas shows it."""
    return v4.new_output("execute_result", data={"text/html": html, "text/plain": "frame"}, execution_count=1)


FRAME = """<div><style scoped>th {color: red}</style><table border="1" class="dataframe"><thead>
<tr style="text-align: right;"><th></th><th>department</th><th>orders</th></tr></thead>
<tbody><tr><th>0</th><td>Grocery</td><td>1,210</td></tr></tbody></table></div>"""


def notebook(*more):
    """Return an executed notebook with one cell of every kind, and those given."""
    nb = v4.new_notebook(metadata={"language_info": {"name": "python", "pygments_lexer": "ipython3"}})
    stderr = v4.new_output("stream", name="stderr", text="UserWarning: beware")
    stdout = v4.new_output("stream", name="stdout", text="a printed line")
    nb.cells = [
        md("# Do customers come back?\n\nThe head of CRM acts on this page.", "leadership"),
        code(f'min_orders: int = 73519  # least orders\nsecret: str = "{CANARY}"', (), "parameters"),
        code("min_orders = 73519", (), "injected-parameters"),
        code("import pandas as pd", (), "hide-input"),
        md("## What the data hold"),
        code(CODE_LINE, [stderr, stdout, table(FRAME)]),
        code(
            "checks.show(found)",
            [stderr, stdout, rows(CHECK, check("fail"), check("pass", remedy=""))],
            "leadership",
        ),
        md("#### How fast do they come back?\n\nA cohort too young is left out.", "leadership"),
        code(f"{CODE_LINE}\ncharts.show(ax)", [chart()], "leadership"),
        code("table", [table(FRAME)], "leadership"),
        md("## The naive answer", "teaching"),
        code("kpi.show(rows)", [rows(KPI, kpi(), refusal())], "leadership"),
        code("checks.show_decisions(d)", [rows(DECISION, decision())], "leadership"),
        code(
            "display(Markdown(answer))",
            [words("**31.4%** of customers order again.")],
            "answer",
            "leadership",
        ),
        md("## Method and limits\n\nRetention is $r_k = \\frac{n_k}{n_0}$.", "method"),
        md("A card is not a person.", "method"),
        code("assert found == 3", (), "solution"),
        *more,
    ]
    return nb


def page(**values) -> dict:
    """Return what the runner tells of a page."""
    provenance = {
        "data_until": "2017-12-31", "tables": {"orders": {"rows": 1469307, "sha256": "9f2c4b7d1e" * 6}},
        "commit": "1f0c2ab9d9e71", "versions": {"python": "3.11.7"}, "seconds": 12.4, "run_id": "20261104T071500Z-1f2c",
        "finished_at": "2026-11-04T07:15:12+00:00",
    }  # fmt: skip
    links = {
        "leadership": "01-a.html",
        "analyst": "01-a.analyst.html",
        "teaching": "01-a.teaching.html",
    }
    told = {
        "title": "", "notebook": "crm/01-a", "company_title": "Complete Journey", "period": "2017-12",
        "period_label": "December 2017", "market": "ALL", "language": "en", "status": "done", "stale_since": None,
        "failure": None, "provenance": provenance, "links": links,
    }  # fmt: skip
    return {**told, **values}


def failed_notebook():
    """Return a notebook that stopped in its chart."""
    nb = notebook()
    traceback = ["\x1b[31mDataError\x1b[0m Traceback", "DataError: 14 of 2,310 rows have no customer_id"]
    error = v4.new_output(
        "error", ename="DataError", evalue="14 of 2,310 rows have no customer_id", traceback=traceback
    )
    nb.cells[8].outputs = [error]
    for cell in nb.cells[9:]:
        if cell.cell_type == "code":
            cell.outputs = []
    return nb


def run(*entries: dict, **values) -> dict:
    """Return run.json of a run with these notebooks."""
    told = {
        key: value
        for key, value in page().items()
        if key in ("company_title", "period", "period_label", "market", "language")
    }
    return {
        **told,
        **page()["provenance"],
        "company": "cj",
        "exit_code": 0,
        "notebooks": list(entries),
        **values,
    }


def entry(name: str, status: str = "done", **values) -> dict:
    """Return one notebook of run.json, with the pages that its status brings."""
    ends = {"leadership": ".html", "analyst": ".analyst.html", "teaching": ".teaching.html"}
    made = ends if status in ("done", "unchanged") else ["analyst"] if status in ("failed", "timeout") else []
    return {
        "name": name,
        "title": f"Title of {name}",
        "status": status,
        "seconds": 3.0,
        "error": None,
        "cell": None,
        "pages": {edition: f"{name}{ends[edition]}" for edition in made},
        **values,
    }


def told(**values) -> dict:
    """Return one notebook of kpis.json."""
    return {
        "title": "Do customers come back?",
        "answer": "31.4% do.",
        "stale_since": None,
        "kpis": [],
        "checks": [],
        "decisions": [],
        **values,
    }
