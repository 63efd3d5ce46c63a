"""Write flights of the test split as requests for the server, one JSON object a line.

A line is ``{"flight": …, "late": 0 or 1}``: the body for ``POST /predict``, and what happened.
With ``--complete`` only flights with all their weather but gusts are taken, and the file is a list
of bodies alone, as the load test reads it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from flights.data import FLIGHT_COLUMNS, WEATHER, is_late, load_split
from flights.schema import Flight


def body(flight: Mapping[Hashable, Any]) -> dict[str, Any]:
    """A row as the server takes it: what is unknown is null."""
    known = {name: None if pd.isna(value) else value for name, value in flight.items()}
    return Flight.model_validate(known).model_dump(mode="json")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data-path", type=Path, default=Path("data/full"))
    parser.add_argument("--out", type=Path, default=Path("requests.jsonl"))
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--complete", action="store_true")
    options = parser.parse_args()

    flights = load_split(options.data_path, "test")
    if options.complete:
        flights = flights.dropna(subset=[name for name in WEATHER if name != "wind_gust"])
    flights = flights.sample(min(options.rows, len(flights)), random_state=options.seed)
    bodies = [body(row) for row in flights[list(FLIGHT_COLUMNS)].to_dict("records")]
    if options.complete:
        rows = ",\n  ".join(map(json.dumps, bodies))
        options.out.write_text(f"[\n  {rows}\n]\n")
    else:
        lines = zip(bodies, is_late(flights), strict=True)
        options.out.write_text(
            "".join(json.dumps({"flight": f, "late": int(late)}) + "\n" for f, late in lines)
        )
    without = sum(flight["pressure"] is None for flight in bodies)
    print(f"{options.out}: {len(bodies):,} flights, {without:,} of them without pressure")


if __name__ == "__main__":
    main()
