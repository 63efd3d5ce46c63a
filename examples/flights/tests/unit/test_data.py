from pathlib import Path

import pandas as pd
import pytest

from flights.data import DataError, is_late, load_split


def test_a_flight_is_late_after_more_than_15_minutes() -> None:
    flights = pd.DataFrame({"arr_delay": [-20.0, 15.0, 16.0]})
    assert is_late(flights).tolist() == [0, 0, 1]


def test_a_split_is_read_whole(data_path: Path) -> None:
    assert len(load_split(data_path, "train")) == 600
    assert len(load_split(data_path, "test")) == 200


def test_a_missing_file_is_named_with_the_command_that_brings_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"test\.parquet does not exist: run `dvc pull"):
        load_split(tmp_path, "test")


def test_missing_columns_are_named(data_path: Path) -> None:
    file = data_path / "train.parquet"
    pd.read_parquet(file).drop(columns=["visib", "dest"]).to_parquet(file)
    with pytest.raises(DataError, match="lacks the columns dest, visib"):
        load_split(data_path, "train")
