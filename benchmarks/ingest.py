"""How fast and how large: an import of 5 M rows of CSV, beside pandas and DuckDB on a file that both of them read right.

    python benchmarks/ingest.py                    5 M rows of media, and 1 M orders of people
    python benchmarks/ingest.py --rows 1000000     another size

The file is one that pandas and DuckDB read right: heads on line 1, UTF-8, commas, days as 2026-09-30, no totals. What each does:
ours, `cmo ingest`: recognise the export, prove decimals and dates over the whole file, hold the contract (types, limits, key, days),
write sorted Parquet, the ledger; pandas `read_csv` and `to_parquet`; DuckDB `read_csv` and `COPY`. The two check nothing.
Every measurement is its own process; time and peak memory (resident) are those of that process, and the machine's other work is in them.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOML = 'title = "Bench"\ncurrency = "EUR"\nmarkets = ["FR"]\ntime_zone = "Europe/Paris"\nsynthetic = true\n'
MEDIA = """COPY (SELECT strftime(DATE '2023-01-01' + (i % 1000)::INT, '%Y-%m-%d') AS "Day", 'Campaign ' || (i // 3000) AS "Campaign",
    (10000000000 + i // 3000)::VARCHAR AS "Campaign ID", 'EUR' AS "Currency code", ['Mobile', 'Computer', 'Tablet'][1 + (i // 1000) % 3] AS "Device",
    printf('%.2f', (hash(i) % 100000) / 100) AS "Cost", (hash(i * 3) % 5000)::VARCHAR AS "Impr.", (hash(i * 7) % 300)::VARCHAR AS "Clicks"
    FROM range({rows}) t(i)) TO '{path}' (HEADER)"""
PEOPLE = """COPY (SELECT 'o' || i AS order_id, 'c' || (hash(i) % ({rows} // 5)) AS customer_id,
    strftime(DATE '2023-01-01' + (i % 1000)::INT, '%Y-%m-%d') AS ordered_on, 'paid' AS status, printf('%.2f', 5 + (hash(i) % 20000) / 100) AS revenue_excl_vat
    FROM range({rows}) t(i)) TO '{path}' (HEADER)"""


def with_cmo(folder: str) -> int:
    os.environ["CMO_COMPANIES"] = folder
    from helpers.ingest import ingest

    return sum(ingest("bench").rows.values())


def with_pandas(folder: str) -> int:
    import pandas as pd

    frame = pd.read_csv(_file(folder))
    frame.to_parquet(Path(folder) / "pandas.parquet", index=False)
    return len(frame)


def with_duckdb(folder: str) -> int:
    import duckdb

    with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
        connection.execute("SET enable_progress_bar = false")
        target = Path(folder) / "duckdb.parquet"
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{_file(folder)}')) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        )
        return connection.execute(f"SELECT count(*) FROM '{target}'").fetchall()[0][0]


def _file(folder: str) -> Path:
    return next((Path(folder) / "bench" / "raw").glob("*.csv"))


WAYS = {"cmo ingest": with_cmo, "pandas": with_pandas, "DuckDB": with_duckdb}


def measure(way: str, folder: str) -> None:
    began = time.perf_counter()
    rows = WAYS[way](folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{rows} {time.perf_counter() - began} {peak}", flush=True)
    os._exit(0)  # what libraries print while Python shuts down is not for this table


def table(title: str, query: str, name: str, rows: int, repeats: int) -> None:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "bench" / "raw"
        raw.mkdir(parents=True)
        (raw.parent / "company.toml").write_text(TOML, encoding="utf-8")
        with duckdb.connect() as connection:
            connection.execute(query.format(rows=rows, path=raw / name))
        print(f"\n{title}: {rows:,} rows, {(raw / name).stat().st_size / 1e6:,.0f} MB")
        print("| way | rows | s (median) | peak GB |\n|---|---|---|---|")
        for way in WAYS:
            got = []
            for _ in range(repeats):
                subprocess.run(
                    ["rm", "-rf", str(raw.parent / ".imports"), str(raw.parent / "tidy")], check=True
                )
                made = subprocess.run(
                    [sys.executable, __file__, "--measure", way, folder],
                    capture_output=True,
                    text=True,
                    check=True,
                )
                got.append([float(one) for one in made.stdout.split()])
            print(
                f"| {way} | {got[0][0]:,.0f} | {statistics.median(one[1] for one in got):.1f} | {max(one[2] for one in got):.2f} |",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--measure", nargs=2, metavar=("WAY", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        measure(*given.measure)
        return
    table("Media by day, campaign and device", MEDIA, "campaigns.csv", given.rows, given.repeats)
    table("Orders of people", PEOPLE, "orders.csv", max(given.rows // 5, 1), given.repeats)


if __name__ == "__main__":
    main()
