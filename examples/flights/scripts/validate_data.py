"""Check a data folder with Great Expectations before anything is trained on it.

On failure a report in Markdown says what was expected and what was found: ``data_report.md`` in
``LONGHAUL_OUTPUT_DIR`` or the current folder. The exit status is then 1.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # read when it is imported

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.core import ExpectationSuite, ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation import Expectation

from flights.data import (
    CARRIERS,
    FLIGHT_COLUMNS,
    ORIGINS,
    TARGET_SOURCE,
    DataError,
    Split,
    load_split,
)
from flights.settings import output_folder

NEVER_NULL = (
    *("scheduled_departure", "carrier", "origin", "dest", "distance", "dep_delay"),
    TARGET_SOURCE,
)
# The share of rows that must be there. Gusts are only reported when there are any.
MOSTLY_THERE: Mapping[str, float] = {
    **dict.fromkeys(("temp", "dewp", "humid", "wind_speed", "precip", "visib"), 0.98),
    "wind_dir": 0.95,
    "pressure": 0.80,
}
RANGES: Mapping[str, tuple[float, float]] = {
    "distance": (1, 12_000),
    "dep_delay": (-180, 2_880),
    TARGET_SOURCE: (-180, 2_880),
    "temp": (-80, 140),
    "dewp": (-80, 140),
    "humid": (0, 100),
    "wind_dir": (0, 360),
    "wind_speed": (0, 250),
    "wind_gust": (0, 300),
    "precip": (0, 20),
    "pressure": (850, 1_100),
    "visib": (0, 50),
}
CATEGORIES = {"carrier": CARRIERS, "origin": ORIGINS}


def expectations() -> Iterable[Expectation]:
    """What holds for each split: rows, columns, nulls, ranges, categories."""
    yield gxe.ExpectTableRowCountToBeBetween(min_value=1_000, max_value=1_000_000)
    yield gxe.ExpectTableColumnsToMatchSet(column_set=[*FLIGHT_COLUMNS, TARGET_SOURCE])
    for column in NEVER_NULL:
        yield gxe.ExpectColumnValuesToNotBeNull(column=column)
    for column, mostly in MOSTLY_THERE.items():
        yield gxe.ExpectColumnValuesToNotBeNull(column=column, mostly=mostly)
    for column, (low, high) in RANGES.items():
        yield gxe.ExpectColumnValuesToBeBetween(column=column, min_value=low, max_value=high)
    for column, known in CATEGORIES.items():
        yield gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(known))


def failures(flights: pd.DataFrame, split: str) -> list[ExpectationValidationResult]:
    """The expectations that a split does not meet."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("flights").add_dataframe_asset(split)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": flights})
    suite = ExpectationSuite(name=split, expectations=list(expectations()))
    outcome = batch.validate(suite)
    return [result for result in outcome.results if not result.success]


def describe(result: ExpectationValidationResult) -> str:
    """One row of the report: column, expectation, its bounds, what was found."""
    config = result.expectation_config
    arguments: dict[str, Any] = dict(config.kwargs) if config else {}
    expected = {k: v for k, v in arguments.items() if k not in ("column", "batch_id")}
    cells = (
        arguments.get("column", "(table)"),
        config.type if config else "?",
        ", ".join(f"{k}={v}" for k, v in expected.items()) or "-",
        found(result),
    )
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"


def found(result: ExpectationValidationResult) -> str:
    """What was seen instead, in a few words."""
    if result.exception_info and result.exception_info.get("raised_exception"):
        return str(result.exception_info.get("exception_message", "could not be checked"))
    facts = result.result
    if differing := facts.get("details", {}).get("mismatched"):
        return "; ".join(f"{kind}: {', '.join(columns)}" for kind, columns in differing.items())
    if "unexpected_count" in facts and "element_count" in facts:
        examples = facts.get("partial_unexpected_list") or []
        seen = sorted({str(value) for value in examples if not pd.isna(value)})[:5]
        share = f"{facts['unexpected_count']} of {facts['element_count']} rows"
        return f"{share}, such as {', '.join(seen)}" if seen else share
    return str(facts.get("observed_value", "-"))


def report(data_path: Path, failed: Mapping[str, list[ExpectationValidationResult]]) -> str:
    """The data report, in Markdown."""
    lines = [f"# Data report: {data_path}", ""]
    for split, results in failed.items():
        lines += [f"## {split}.parquet: expectations not met: {len(results)}", ""]
        if results:
            lines += ["| column | expectation | expected | found |", "| --- | --- | --- | --- |"]
            lines += [*map(describe, results), ""]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data-path", type=Path, default=Path("data/sample"))
    data_path: Path = parser.parse_args().data_path
    logging.getLogger("great_expectations").setLevel(logging.ERROR)

    file = output_folder() / "data_report.md"
    try:
        splits = {split: load_split(data_path, split) for split in get_args(Split)}
    except DataError as error:
        file.write_text(f"# Data report: {data_path}\n\n{error}\n")
        print(f"data validation failed: {error}", file=sys.stderr)
        return 1
    failed = {split: failures(flights, split) for split, flights in splits.items()}
    if any(failed.values()):
        file.write_text(report(data_path, failed))
        print(file.read_text(), file=sys.stderr)
        print(f"data validation failed: the report is in {file}", file=sys.stderr)
        return 1
    rows = ", ".join(f"{len(flights):,} in {split}" for split, flights in splits.items())
    print(f"data validation passed: {len(list(expectations()))} expectations; rows: {rows}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
