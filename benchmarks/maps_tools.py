"""Analyses tables by one tool, in the Python that has the tool. Started by `positioning_maps.py`.

    python benchmarks/maps_tools.py TOOL FOLDER ANSWER.json OPTIONS

FOLDER holds one CSV a table, names in the first column. Nothing of the project is imported unless the tool is the project itself.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

RUNS = 5


def with_helpers(table):
    """Ours: inertias, row coordinates, contributions and cos2 are all made."""
    from helpers.methods.maps import correspondence

    found = correspondence(table)
    return list(found.inertia), float(found.total), np.abs(found.rows.to_numpy()[:, :2]).tolist()


def with_prince(table):
    """The same by prince: its inertias, coordinates, contributions and cos2."""
    import prince

    model = prince.CA(n_components=min(table.shape) - 1, engine="scipy").fit(table)
    rows = model.row_coordinates(table)
    _ = (
        model.column_coordinates(table),
        model.row_contributions_,
        model.column_contributions_,
        model.row_cosine_similarities(table),
    )
    return (
        list(model.eigenvalues_),
        float(model.total_inertia_),
        np.abs(np.asarray(rows, float)[:, :2]).tolist(),
    )


def main() -> None:
    tool, folder, answer, _ = sys.argv[1:]
    run = {"helpers": with_helpers, "prince": with_prince}[tool]
    made = {}
    for path in sorted(Path(folder).glob("*.csv")):
        table = pd.read_csv(path, index_col=0)
        inertia, total, rows = run(table)
        spent = []
        for _ in range(RUNS):
            start = time.perf_counter()
            run(table)
            spent.append(time.perf_counter() - start)
        made[path.stem] = {"seconds": min(spent), "inertia": inertia, "total": total, "rows": rows}
    Path(answer).write_text(json.dumps(made))


if __name__ == "__main__":
    main()
