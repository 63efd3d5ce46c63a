"""Logging to MLflow, against its file store: the same client as with a server."""

from pathlib import Path

import mlflow
import pytest
from mlflow.tracking import MlflowClient

from flights.settings import Settings, output_folder
from flights.train import train


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MlflowClient:
    uri = (tmp_path / "mlruns").as_uri()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")  # it needs no server, as tests like it
    return MlflowClient(uri)


def test_a_training_is_one_run_of_its_experiment(
    client: MlflowClient, data_path: Path, tmp_path: Path
) -> None:
    metrics = train(data_path, tmp_path / "model", Settings(epochs=2), experiment="mine")
    run = client.get_run((output_folder() / "run_id.txt").read_text().strip())
    assert client.get_experiment(run.info.experiment_id).name == "mine"
    assert run.data.params["epochs"] == "2"
    assert run.data.metrics["accuracy"] == pytest.approx(metrics["accuracy"])
    assert [m.step for m in client.get_metric_history(run.info.run_id, "accuracy")] == [1, 2]
    logged = mlflow.models.get_model_info(f"runs:/{run.info.run_id}/model")
    assert logged.signature


def test_a_second_attempt_logs_into_the_same_run(
    client: MlflowClient, data_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = client.create_experiment("theirs")
    run_id = client.create_run(experiment).info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", run_id)
    for epochs in (1, 2):
        train(data_path, tmp_path / "model", Settings(epochs=epochs))
    assert [run.info.run_id for run in client.search_runs([experiment])] == [run_id]
    assert client.get_run(run_id).info.status == "FINISHED"
    assert client.get_run(run_id).data.params["epochs"] == "1"
