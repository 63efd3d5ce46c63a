"""The data set: its columns, its target, and how a split is read.

A data folder holds ``train.parquet`` and ``test.parquet``. A row is one flight that left New York
and arrived, with the weather at its airport in the hour of its scheduled departure.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pandas as pd

Split = Literal["train", "test"]

LATE_AFTER_MINUTES = 15

CARRIERS = (
    *("9E", "AA", "AS", "B6", "DL", "EV", "F9", "FL"),
    *("HA", "MQ", "OO", "UA", "US", "VX", "WN", "YV"),
)
ORIGINS = ("EWR", "JFK", "LGA")
WEATHER = (
    *("temp", "dewp", "humid", "wind_dir", "wind_speed"),
    *("wind_gust", "precip", "pressure", "visib"),
)
FLIGHT_COLUMNS = (
    *("scheduled_departure", "carrier", "origin", "dest", "distance", "dep_delay"),
    *WEATHER,
)
TARGET_SOURCE = "arr_delay"


class DataError(Exception):
    """The data cannot be used; the message says which file and how to mend it."""


def load_split(data_path: Path, split: Split) -> pd.DataFrame:
    """Read one split of a data folder.

    Raises:
        DataError: the file or one of its columns is missing.
    """
    file = data_path / f"{split}.parquet"
    if not file.is_file():
        raise DataError(f"{file} does not exist: run `dvc pull {data_path}` first")
    flights = pd.read_parquet(file)
    missing = [c for c in (*FLIGHT_COLUMNS, TARGET_SOURCE) if c not in flights.columns]
    if missing:
        raise DataError(f"{file} lacks the columns {', '.join(missing)}")
    return flights


def is_late(flights: pd.DataFrame) -> pd.Series[int]:
    """The target: 1 where a flight arrived more than 15 minutes late, else 0."""
    return (flights[TARGET_SOURCE] > LATE_AFTER_MINUTES).astype("int8").rename("late")
