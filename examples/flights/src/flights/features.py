"""From a flight as it is known at the gate to the numbers that the model sees.

Training and serving both come through here, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from flights.data import CARRIERS, ORIGINS, WEATHER
from flights.settings import Precision

_DTYPES: dict[Precision, type[np.floating]] = {"fp32": np.float32, "fp16": np.float16}


def build_features(flights: pd.DataFrame, precision: Precision = "fp32") -> pd.DataFrame:
    """Make one row of features for each flight, in the given precision.

    What is unknown stays unknown (NaN), since the model learns from that, too. A carrier or an
    airport that was never seen counts as unknown.
    """
    departure = flights["scheduled_departure"].dt
    # A request's null is None, which is no number until it is made one.
    numbers = flights[["distance", "dep_delay", *WEATHER]].astype("float64")
    features = numbers.assign(
        minute_of_day=departure.hour * 60 + departure.minute,
        day_of_week=departure.dayofweek,
        carrier=_codes(flights["carrier"], CARRIERS),
        origin=_codes(flights["origin"], ORIGINS),
        dew_point_spread=numbers["temp"] - numbers["dewp"],
    )
    return features.astype(_DTYPES[precision])


def _codes(values: pd.Series[str], known: Sequence[str]) -> pd.Series[float]:
    """The place of each value among the known ones, NaN for another."""
    codes = {value: float(code) for code, value in enumerate(known)}
    return values.map(codes)
