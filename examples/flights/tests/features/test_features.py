import numpy as np
import pandas as pd
import pytest

from flights.data import CARRIERS, WEATHER
from flights.features import build_features
from flights.schema import Flight


def test_a_row_for_each_flight_in_its_order(flights: pd.DataFrame) -> None:
    shuffled = flights.sample(frac=1, random_state=1)
    features = build_features(shuffled)
    assert features.index.equals(shuffled.index)
    np.testing.assert_allclose(features["dep_delay"], shuffled["dep_delay"])


def test_a_flight_has_the_same_features_alone_as_among_others(flights: pd.DataFrame) -> None:
    together = build_features(flights)
    alone = pd.concat([build_features(flights.iloc[[row]]) for row in range(20)])
    pd.testing.assert_frame_equal(alone, together.head(20))


def test_a_request_has_the_features_of_its_row(flights: pd.DataFrame) -> None:
    row = flights.dropna().iloc[[0]]
    request = Flight(**row.drop(columns="arr_delay").iloc[0].to_dict()).as_frame()
    pd.testing.assert_frame_equal(
        build_features(request), build_features(row).reset_index(drop=True)
    )


def test_the_arrival_is_no_feature(flights: pd.DataFrame) -> None:
    known_later = flights.assign(arr_delay=999.0)
    pd.testing.assert_frame_equal(build_features(known_later), build_features(flights))


def test_when_it_leaves(flights: pd.DataFrame) -> None:
    sunday_evening = flights.head(1).assign(scheduled_departure=pd.Timestamp("2013-10-06 18:25"))
    features = build_features(sunday_evening).iloc[0]
    assert features["minute_of_day"] == 18 * 60 + 25
    assert features["day_of_week"] == 6


def test_each_carrier_has_its_own_code(flights: pd.DataFrame) -> None:
    one_each = flights.head(len(CARRIERS)).assign(carrier=CARRIERS)
    assert build_features(one_each)["carrier"].tolist() == list(range(len(CARRIERS)))


def test_a_carrier_never_seen_is_unknown(flights: pd.DataFrame) -> None:
    assert build_features(flights.head(1).assign(carrier="ZZ"))["carrier"].isna().all()


def test_the_dew_point_spread(flights: pd.DataFrame) -> None:
    features = build_features(flights.head(1).assign(temp=60.0, dewp=48.5))
    assert features["dew_point_spread"].iloc[0] == pytest.approx(11.5)


def test_no_gust_stays_unknown(flights: pd.DataFrame) -> None:
    features = build_features(flights)
    assert features["wind_gust"].isna().equals(flights["wind_gust"].isna())
    assert features.drop(columns="wind_gust").notna().all(axis=None)


def test_all_weather_is_used(flights: pd.DataFrame) -> None:
    assert set(WEATHER) <= set(build_features(flights).columns)


def test_half_precision_takes_half_the_memory(flights: pd.DataFrame) -> None:
    full, half = build_features(flights), build_features(flights, "fp16")
    assert half.memory_usage(index=False).sum() * 2 == full.memory_usage(index=False).sum()
    np.testing.assert_allclose(half["pressure"], full["pressure"], rtol=1e-3)
