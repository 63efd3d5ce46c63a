from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pandas import DataFrame

from flights.data import is_late
from flights.features import build_features
from flights.model import ModelError, ModelPredictor, ModelTrainer
from flights.server import ServerSettings, create_app
from flights.settings import SettingsError

TOKEN = "let-me-in"  # noqa: S105


@pytest.fixture(scope="module")
def model_path(
    make_flights: Callable[[], DataFrame], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    flights = make_flights()
    features = build_features(flights)
    trainer = ModelTrainer(trees_per_epoch=10, learning_rate=0.3).fit(features, is_late(flights))
    folder = tmp_path_factory.mktemp("models") / "model"
    trainer.save(folder, features.head(5))
    return folder


@pytest.fixture
def server(model_path: Path) -> Iterator[TestClient]:
    app = create_app(ServerSettings(model_path, "7", TOKEN))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(app, headers=headers, raise_server_exceptions=False) as client:
        yield client


def sample(server: TestClient, series: str) -> float:
    line = next(li for li in server.get("/metrics").text.splitlines() if li.startswith(series))
    return float(line.split()[-1])


def test_predicts(server: TestClient, body: dict[str, Any]) -> None:
    answer = server.post("/predict", json=body)
    assert answer.status_code == 200
    assert answer.headers["X-Model-Version"] == "7"
    assert answer.json()["model_version"] == "7"
    assert answer.json()["prediction"] == 1
    assert 0.5 < answer.json()["probability"] <= 1
    assert server.post("/predict", json=body | {"dep_delay": -4}).json()["prediction"] == 0


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer ¬ascii"]
)
def test_without_the_token_nothing_is_predicted_or_counted(
    server: TestClient, body: dict[str, Any], authorization: str | None
) -> None:
    del server.headers["Authorization"]
    headers = {} if authorization is None else {"Authorization": authorization.encode()}
    answer = server.post("/predict", json=body, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert sample(server, 'model_requests_total{canary="false"}') == 0


@pytest.mark.parametrize(
    "change",
    [{"origin": "BOS"}, {"distance": 0}, {"humid": 150}, {"dep_delay": None}, {"colour": "red"}],
)
def test_a_wrong_body_is_refused_and_is_no_error_of_the_model(
    server: TestClient, body: dict[str, Any], change: dict[str, Any]
) -> None:
    assert server.post("/predict", json=body | change).status_code == 422
    assert sample(server, 'model_requests_total{canary="false"}') == 1
    assert sample(server, 'model_errors_total{canary="false"}') == 0


def test_series_are_there_before_the_first_request(server: TestClient) -> None:
    for canary in ("true", "false"):
        assert sample(server, f'model_requests_total{{canary="{canary}"}}') == 0
        assert sample(server, f'model_errors_total{{canary="{canary}"}}') == 0
        for edge in ("0.1", "0.5", "2.0"):
            assert sample(server, f'model_latency_bucket{{canary="{canary}",le="{edge}"}}') == 0


def test_canary_requests_are_counted_apart(server: TestClient, body: dict[str, Any]) -> None:
    server.post("/predict", json=body, headers={"canary": "true"})
    assert sample(server, 'model_requests_total{canary="true"}') == 1
    assert sample(server, 'model_latency_count{canary="true"}') == 1
    assert sample(server, 'model_requests_total{canary="false"}') == 0


def test_a_failing_prediction_is_a_500_and_counted(
    server: TestClient, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("out of fuel")

    monkeypatch.setattr(ModelPredictor, "predict_probability", fail)
    answer = server.post("/predict", json=body)
    assert answer.status_code == 500
    assert answer.headers["X-Model-Version"] == "7"
    assert "fuel" not in answer.text
    assert sample(server, 'model_errors_total{canary="false"}') == 1
    assert sample(server, 'model_requests_total{canary="false"}') == 1


def test_is_healthy_with_its_version(server: TestClient) -> None:
    answer = server.get("/healthz")
    assert answer.json() == {"status": "ok", "model_version": "7"}
    assert answer.headers["X-Model-Version"] == "7"


def test_does_not_start_without_its_settings() -> None:
    with pytest.raises(SettingsError, match="set MODEL_VERSION, API_TOKEN to start"):
        ServerSettings.from_environment({"MODEL_PATH": "models/model"})


def test_does_not_start_without_a_model(tmp_path: Path) -> None:
    app = create_app(ServerSettings(tmp_path, "7", TOKEN))
    with pytest.raises(ModelError, match="no MLflow model folder"), TestClient(app):
        pass
