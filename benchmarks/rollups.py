"""How fast and how large: one row a customer from 10 M and 50 M orders, our rollup on DuckDB beside plain pandas.

    python benchmarks/rollups.py                    both sizes; pandas at 10 M only (it needs 8 GB at 50 M)
    python benchmarks/rollups.py --pandas-50m       pandas at 50 M too
    python benchmarks/rollups.py --rows 1000000     one size of your own
    python benchmarks/rollups.py --ids hex          ids of 32 letters, as pseudonyms are, in place of 9
    python benchmarks/rollups.py --order random     rows as they came, not as `tables.write` lays them

Orders are made in a temporary folder (1.2 GB of disk at 50 M), about 12 a customer over three years, by customer and
day as tidy tables are, with ids as text, money as DECIMAL(18, 4), 2 % cancelled and 5 % with a partial return. Every measurement is its own
process and includes bringing the table to pandas. The time and the memory of the machine's other work are in it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

UNTIL = date(2026, 1, 1)
IDS = {"short": "'c' || lpad(({n})::VARCHAR, 8, '0')", "hex": "md5(({n})::VARCHAR)"}
COLUMNS = ["customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value"]


def make_orders(path: Path, rows: int, ids: str, order: str) -> None:
    import duckdb

    customer = IDS[ids].format(n=f"hash(i) % {max(rows // 12, 1)}")
    laid = "ORDER BY customer_id, ordered_on" if order == "tidy" else ""
    config = {"memory_limit": "6GB", "temp_directory": str(path.parent / "spill")}
    with duckdb.connect(config=config) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET preserve_insertion_order = {order == 'tidy'}")
        connection.execute(
            f"""COPY (SELECT {customer} AS customer_id, DATE '2023-01-01' + (hash(i * 7 + 1) % 1096)::INT AS ordered_on,
                CASE WHEN hash(i * 3 + 2) % 50 = 0 THEN 'cancelled' ELSE 'paid' END AS status,
                (5 + (hash(i * 5 + 3) % 20000) / 100)::DECIMAL(18, 4) AS revenue_excl_vat,
                CASE WHEN hash(i * 11 + 4) % 20 = 0 THEN 5 END::DECIMAL(18, 4) AS returned_value
                FROM range({rows}) t(i) {laid}) TO '{str(path).replace("'", "''")}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 200000)"""
        )


def with_duckdb(path: str):
    from helpers import rollups, tables

    orders = tables.connect().read_parquet(path)
    return rollups.collect(rollups.customer_summary(orders, until=UNTIL))


def with_pandas(path: str):
    import pandas as pd

    orders = pd.read_parquet(path, columns=COLUMNS)
    orders = orders[orders["status"] == "paid"]
    spend = orders["revenue_excl_vat"].astype("float64") - orders["returned_value"].astype("float64").fillna(
        0
    )
    orders = orders[["customer_id"]].assign(ordered_on=pd.to_datetime(orders["ordered_on"]), spend=spend)
    days = orders.groupby(["customer_id", "ordered_on"], as_index=False, sort=True)["spend"].sum()
    made = days.groupby("customer_id").agg(
        n_days=("spend", "size"),
        first_on=("ordered_on", "first"),
        last_on=("ordered_on", "last"),
        spend=("spend", "sum"),
        first_spend=("spend", "first"),
    )
    made["frequency"] = made["n_days"] - 1
    made["recency"] = (made["last_on"] - made["first_on"]).dt.days / 7
    made["age"] = (pd.Timestamp(UNTIL) - made["first_on"]).dt.days / 7
    repeats = made["frequency"].where(made["frequency"] > 0)
    made["mean_repeat_spend"] = (made["spend"] - made["first_spend"]) / repeats
    return made.reset_index()


def measure(engine: str, path: str) -> dict:
    """Run one engine in this process: seconds, CPU seconds, peak GB, customers, checksums."""
    began = time.perf_counter()
    made = {"duckdb": with_duckdb, "pandas": with_pandas}[engine](path)
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    sums = [float(made[name].sum()) for name in ("frequency", "recency", "age", "spend", "mean_repeat_spend")]
    scale = 1 if sys.platform == "darwin" else 1024  # macOS counts in bytes
    return {
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "gigabytes": used.ru_maxrss * scale / 1e9,
        "customers": len(made),
        "sums": sums,
    }


def in_own_process(engine: str, path: Path) -> dict:
    command = [sys.executable, __file__, "--measure", engine, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{engine}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def same(one: list[float], other: list[float]) -> bool:
    return all(abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1) for a, b in zip(one, other, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000_000, 50_000_000])
    parser.add_argument("--ids", choices=IDS, default="short")
    parser.add_argument("--order", choices=("tidy", "random"), default="tidy")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--pandas-50m", action="store_true", help="run pandas above 10 M rows too (8 GB)")
    parser.add_argument("--make", nargs=4, metavar=("FILE", "ROWS", "IDS", "ORDER"), help=argparse.SUPPRESS)
    parser.add_argument("--measure", nargs=2, metavar=("ENGINE", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make:
        make_orders(Path(given.make[0]), int(given.make[1]), *given.make[2:])
        return
    if given.measure:
        print(json.dumps(measure(*given.measure)))
        return
    folder = Path(tempfile.mkdtemp(prefix="cmo-rollups-"))
    try:
        print(
            f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, CMO_MEMORY {os.environ.get('CMO_MEMORY', '2GB')}, ids {given.ids}, order {given.order}"
        )
        print(
            f"{'orders':>11} {'customers':>10} {'engine':8} {'wall s':>7} {'fastest':>8} {'CPU s':>7} {'peak GB':>8}  checksum"
        )
        for rows in given.rows:
            if shutil.disk_usage(folder).free < rows * 150:
                raise SystemExit(
                    f"{folder} has too little room: {rows * 150 / 1e9:.0f} GB are needed, spilling included."
                )
            path = folder / f"orders-{rows}.parquet"
            # In a process of its own: on Linux a child starts with its parent's peak of memory.
            made = [sys.executable, __file__, "--make", str(path), str(rows), given.ids, given.order]
            subprocess.run(made, check=True)
            reference = None
            for engine in ("duckdb", "pandas"):
                if engine == "pandas" and rows > 10_000_000 and not given.pandas_50m:
                    continue
                runs = [
                    in_own_process(engine, path) for _ in range(given.repeats if engine == "duckdb" else 1)
                ]
                reference = reference or runs[0]["sums"]
                agree = "equal" if all(same(run["sums"], reference) for run in runs) else "DIFFERENT"
                wall, cpu = (statistics.median(run[key] for run in runs) for key in ("seconds", "cpu"))
                peak, fastest = max(run["gigabytes"] for run in runs), min(run["seconds"] for run in runs)
                print(
                    f"{rows:>11,} {runs[0]['customers']:>10,} {engine:8} {wall:>7.1f} {fastest:>8.1f} {cpu:>7.1f} {peak:>8.2f}  {agree}",
                    flush=True,
                )
            path.unlink()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
