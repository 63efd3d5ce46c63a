"""MLflow: where a training's parameters, metrics and model are logged, if it is told where."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import mlflow
import mlflow.sklearn
import pandas as pd
from mlflow.tracking import MlflowClient

from flights.evaluate import Metrics
from flights.model import ModelTrainer
from flights.settings import output_folder

MODEL_NAME = "flights"


class Run:
    """One MLflow run, which may have been begun by an earlier attempt at the same training."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self._client = MlflowClient()

    def log_params(self, params: Mapping[str, object]) -> None:
        """Log parameters. One that an earlier attempt logged stays as it is: MLflow has it so."""
        logged = self._client.get_run(self.run_id).data.params
        for name, value in params.items():
            if name not in logged:
                self._client.log_param(self.run_id, name, value)
            elif logged[name] != str(value):
                print(f"the run keeps its {name}={logged[name]}; this attempt has {value}")

    def log_metrics(self, metrics: Metrics, epoch: int) -> None:
        """Log metrics as of an epoch."""
        mlflow.log_metrics(metrics, step=epoch, run_id=self.run_id)

    def log_model(self, trainer: ModelTrainer, example: pd.DataFrame, register: bool) -> None:
        """Log the model with its signature, and register it if asked."""
        mlflow.sklearn.log_model(
            trainer.model,
            name="model",
            registered_model_name=MODEL_NAME if register else None,
            **trainer.mlflow_arguments(example),
        )


@contextmanager
def tracked_run(experiment: str) -> Iterator[Run | None]:
    """Log into the run ``MLFLOW_RUN_ID``, or a new run of the experiment; None without a server.

    The run's id is left in ``run_id.txt``. The run ends as failed if the block raises.
    """
    if not os.environ.get("MLFLOW_TRACKING_URI"):
        print("MLFLOW_TRACKING_URI is not set: nothing is logged to MLflow")
        yield None
        return

    existing = os.environ.get("MLFLOW_RUN_ID")
    if not existing:
        mlflow.set_experiment(experiment)
    with mlflow.start_run(run_id=existing) as run:
        run_id: str = run.info.run_id
        (output_folder() / Path("run_id.txt")).write_text(f"{run_id}\n")
        print(f"logging to MLflow run {run_id}")
        yield Run(run_id)
