"""Train the model: ``python -m flights.train``.

Stopped at any moment, it goes on after its last complete epoch when started again with the same
``LONGHAUL_CHECKPOINT_DIR``, and ends with the same model.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from flights.checkpoints import Checkpoints, fingerprint
from flights.data import DataError, is_late, load_split
from flights.diagnostics import write_diagnostics
from flights.evaluate import Metrics, score, write_metrics
from flights.features import build_features
from flights.model import ModelTrainer
from flights.settings import Settings, SettingsError
from flights.tracking import Run, tracked_run

EXAMPLE_ROWS = 5


@dataclass(frozen=True)
class Split:
    """One split, ready for the model."""

    features: pd.DataFrame
    late: pd.Series[int]

    @classmethod
    def load(cls, data_path: Path, name: str, settings: Settings) -> Split:
        """Read a split and build its features in the precision that is set."""
        flights = load_split(data_path, "train" if name == "train" else "test")
        return cls(build_features(flights, settings.precision), is_late(flights))


def train(
    data_path: Path,
    model_path: Path,
    settings: Settings,
    experiment: str = "flights",
    register: bool = False,
) -> Metrics:
    """Train to the last epoch, leave the model in a folder and in MLflow, and return its metrics.

    Raises:
        DataError: the data is missing or lacks a column.
    """
    fix_seeds(settings.seed)
    train_split = Split.load(data_path, "train", settings)
    test_split = Split.load(data_path, "test", settings)
    example = train_split.features.head(EXAMPLE_ROWS)
    trainer = ModelTrainer(seed=settings.seed)

    with tracked_run(experiment) as run:
        if run:
            data = {"data_path": data_path, "train_rows": len(train_split.late)}
            model = {"epochs": settings.epochs, "precision": settings.precision}
            run.log_params({**trainer.params, **model, **data})
        trainer, metrics = run_epochs(trainer, train_split, test_split, settings.epochs, run)
        trainer.save(model_path, example)
        print(f"model saved in {model_path}")
        if run:
            run.log_model(trainer, example, register)
    return metrics


def run_epochs(
    trainer: ModelTrainer, train_split: Split, test_split: Split, epochs: int, run: Run | None
) -> tuple[ModelTrainer, Metrics]:
    """Run the epochs that are not done yet, with a checkpoint and a line of progress for each.

    The metrics are those on the test split. They only inform: nothing is chosen by them.
    """
    checkpoints = None
    if folder := os.environ.get("LONGHAUL_CHECKPOINT_DIR"):
        digest = fingerprint(train_split.features, train_split.late, trainer.params)
        checkpoints = Checkpoints(Path(folder), digest)
        if resumed := checkpoints.resume(at_most=epochs):
            trainer = resumed
            print(f"resumed after epoch {trainer.epoch} of {epochs}")

    metrics = measure(trainer, test_split) if trainer.is_fitted else {}
    while trainer.epoch < epochs:
        start = time.monotonic()
        trainer.fit_epoch(train_split.features, train_split.late)
        metrics = measure(trainer, test_split)
        checkpoint = checkpoints.save(trainer) if checkpoints else None
        report_progress(trainer.epoch, epochs, metrics, checkpoint, time.monotonic() - start)
        if run:
            run.log_metrics(metrics, trainer.epoch)
    return trainer, metrics


def measure(trainer: ModelTrainer, split: Split) -> Metrics:
    """Score the model as it is now."""
    return score(split.late, trainer.model.predict_proba(split.features)[:, 1])


def report_progress(
    epoch: int, epochs: int, metrics: Metrics, checkpoint: str | None, seconds: float
) -> None:
    """Print one line, and append one of JSON to the file ``LONGHAUL_PROGRESS``."""
    loss, accuracy = metrics["log_loss"], metrics["accuracy"]
    print(f"epoch {epoch}/{epochs}  loss {loss:.4f}  accuracy {accuracy:.4f}  {seconds:.1f} s")
    sys.stdout.flush()
    if file := os.environ.get("LONGHAUL_PROGRESS"):
        line = {
            **{"epoch": epoch, "epochs": epochs, "loss": loss, "accuracy": accuracy},
            **({"checkpoint": checkpoint} if checkpoint else {}),
            "seconds": round(seconds, 3),
        }
        with Path(file).open("a") as stream:
            stream.write(json.dumps(line) + "\n")


def fix_seeds(seed: int) -> None:
    """Fix every seed. That of hashes can only be given from outside, so it is only checked."""
    random.seed(seed)
    np.random.seed(seed)
    if os.environ.get("PYTHONHASHSEED", "random") == "random":
        print(f"PYTHONHASHSEED is not set: set it to {seed} to repeat this training exactly")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train by hand or as a step; returns the exit status."""
    parser = argparse.ArgumentParser(description="Train the model, epoch by epoch.")
    parser.add_argument("--data-path", type=Path, default=Path("data/sample"))
    parser.add_argument("--model-path", type=Path, default=Path("models/model"))
    parser.add_argument("--max-epochs", type=int, help="default: LONGHAUL_CONFIG_TRAINING_EPOCHS")
    parser.add_argument("--experiment-name", default="flights", help="the MLflow experiment")
    parser.add_argument("--register-model", action="store_true", help="register it in MLflow")
    options = parser.parse_args(arguments)

    try:
        settings = Settings.from_environment()
        if options.max_epochs is not None:
            if options.max_epochs < 1:
                raise SettingsError(f"--max-epochs is {options.max_epochs}: use 1 or more")
            settings = replace(settings, epochs=options.max_epochs)
        metrics = train(
            options.data_path,
            options.model_path,
            settings,
            options.experiment_name,
            options.register_model,
        )
    except Exception as error:
        file = write_diagnostics(error, options.data_path)
        print(f"training failed: {type(error).__name__}: {error}", file=sys.stderr)
        print(f"what is known about it is in {file}", file=sys.stderr)
        if isinstance(error, DataError | SettingsError):
            return 1
        raise
    print(f"accuracy {metrics['accuracy']:.4f}, always on time: {metrics['baseline_accuracy']:.4f}")
    print(f"metrics written to {write_metrics(metrics)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
