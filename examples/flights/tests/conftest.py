"""What the suites share: made-up flights, and the options of the integration suite."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from flights.data import CARRIERS, ORIGINS

MakeFlights = Callable[..., pd.DataFrame]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--base-url", default=None, help="the server that integration tests ask")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees, or writes into, the folders and servers of the step that runs it."""
    for name in [*os.environ]:
        if name.startswith(("LONGHAUL_", "MLFLOW_", "MODEL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LONGHAUL_OUTPUT_DIR", str(tmp_path / "output"))


@pytest.fixture(scope="session")
def make_flights() -> MakeFlights:
    """Make flights whose delay on arrival is that at departure, give or take ten minutes."""

    def make(rows: int = 400, seed: int = 7) -> pd.DataFrame:
        random = np.random.default_rng(seed)
        dep_delay = random.exponential(15, rows).round() - 5
        temp = random.uniform(20, 95, rows)
        gust = np.where(random.random(rows) < 0.2, random.uniform(16, 50, rows), np.nan)
        minutes = random.integers(0, 270 * 24 * 60, rows)
        return pd.DataFrame(
            {
                "scheduled_departure": pd.Timestamp("2013-01-01")
                + pd.to_timedelta(np.sort(minutes), unit="min"),
                "carrier": random.choice(CARRIERS, rows),
                "origin": random.choice(ORIGINS, rows),
                "dest": random.choice(["ATL", "BOS", "IAH", "LAX", "ORD"], rows),
                "distance": random.integers(150, 2_600, rows),
                "dep_delay": dep_delay,
                "temp": temp,
                "dewp": temp - random.uniform(0, 30, rows),
                "humid": random.uniform(20, 100, rows),
                "wind_dir": random.integers(0, 36, rows) * 10.0,
                "wind_speed": random.uniform(0, 30, rows),
                "wind_gust": gust,
                "precip": np.zeros(rows),
                "pressure": random.uniform(990, 1_035, rows),
                "visib": random.uniform(1, 10, rows),
                "arr_delay": (dep_delay + random.normal(0, 10, rows)).round(),
            }
        )

    return make


@pytest.fixture
def flights(make_flights: MakeFlights) -> pd.DataFrame:
    """A few hundred made-up flights."""
    return make_flights()


@pytest.fixture
def data_path(make_flights: MakeFlights, tmp_path: Path) -> Path:
    """A data folder with made-up flights."""
    folder = tmp_path / "data"
    folder.mkdir()
    make_flights(600, seed=1).to_parquet(folder / "train.parquet")
    make_flights(200, seed=2).to_parquet(folder / "test.parquet")
    return folder


@pytest.fixture
def body() -> dict[str, Any]:
    """What a caller of the server sends for one flight; no gusts were reported."""
    return {
        "scheduled_departure": "2013-10-17T18:25:00",
        "carrier": "B6",
        "origin": "JFK",
        "dest": "LAX",
        "distance": 2475,
        "dep_delay": 95,
        "temp": 64.9,
        "dewp": 59.0,
        "humid": 81.2,
        "wind_dir": 210,
        "wind_speed": 9.2,
        "wind_gust": None,
        "precip": 0.01,
        "pressure": 1009.4,
        "visib": 7,
    }
