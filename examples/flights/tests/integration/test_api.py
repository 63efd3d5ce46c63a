"""Against a running server: ``API_TOKEN=… pytest tests/integration --base-url=http://…``.

BASE_HEADERS, a JSON object, has what a request needs to reach it, such as ``host`` at a gateway.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest


@pytest.fixture(scope="module")
def base_url(request: pytest.FixtureRequest) -> str:
    url: str | None = request.config.getoption("--base-url")
    if not url:
        pytest.fail("say where the server is: --base-url=http://127.0.0.1:8000")
    return url


@pytest.fixture(scope="module")
def base_headers() -> dict[str, str]:
    headers: dict[str, str] = json.loads(os.environ.get("BASE_HEADERS", "{}"))
    return headers


@pytest.fixture(scope="module")
def anyone(base_url: str, base_headers: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=base_url, headers=base_headers, timeout=10, trust_env=False
    ) as client:
        yield client


@pytest.fixture(scope="module")
def caller(base_url: str, base_headers: dict[str, str]) -> Iterator[httpx.Client]:
    token = os.environ.get("API_TOKEN")
    if not token:
        pytest.fail("set API_TOKEN to the server's token")
    headers = base_headers | {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=base_url, headers=headers, timeout=10, trust_env=False) as client:
        yield client


def test_is_healthy(anyone: httpx.Client) -> None:
    answer = anyone.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_predicts_with_the_version_that_is_deployed(
    anyone: httpx.Client, caller: httpx.Client, body: dict[str, Any]
) -> None:
    answer = caller.post("/predict", json=body)
    assert answer.status_code == 200
    assert answer.json()["prediction"] in (0, 1)
    assert 0 <= answer.json()["probability"] <= 1
    version = anyone.get("/healthz").json()["model_version"]
    assert answer.json()["model_version"] == answer.headers["X-Model-Version"] == version


def test_a_flight_that_leaves_two_hours_late_arrives_late(
    caller: httpx.Client, body: dict[str, Any]
) -> None:
    assert caller.post("/predict", json=body | {"dep_delay": 120}).json()["prediction"] == 1


def test_a_flight_that_leaves_early_in_fine_weather_arrives_on_time(
    caller: httpx.Client, body: dict[str, Any]
) -> None:
    fine = {"dep_delay": -5, "precip": 0, "visib": 10, "wind_speed": 3, "pressure": 1022}
    assert caller.post("/predict", json=body | fine).json()["prediction"] == 0


def test_answers_the_same_each_time(caller: httpx.Client, body: dict[str, Any]) -> None:
    answers = {caller.post("/predict", json=body).json()["probability"] for _ in range(5)}
    assert len(answers) == 1


@pytest.mark.parametrize("authorization", [{}, {"Authorization": "Bearer wrong"}])
def test_refuses_who_has_no_token(
    anyone: httpx.Client, body: dict[str, Any], authorization: dict[str, str]
) -> None:
    assert anyone.post("/predict", json=body, headers=authorization).status_code == 401


def test_refuses_what_is_no_flight(caller: httpx.Client, body: dict[str, Any]) -> None:
    assert caller.post("/predict", json={}).status_code == 422
    assert caller.post("/predict", json=body | {"origin": "LAX"}).status_code == 422


def test_counts_what_it_answers(
    anyone: httpx.Client, caller: httpx.Client, body: dict[str, Any]
) -> None:
    caller.post("/predict", json=body)
    scraped = anyone.get("/metrics").text
    for series in ("model_requests_total", "model_errors_total", "model_latency_bucket"):
        assert f"{series}{{" in scraped
