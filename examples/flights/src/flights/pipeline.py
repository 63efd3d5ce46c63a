"""The whole way in one call: train, load what was saved, evaluate it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flights.evaluate import Metrics, evaluate
from flights.model import ModelPredictor
from flights.settings import Settings
from flights.train import train


@dataclass(frozen=True)
class PipelineResult:
    """What a run of the pipeline left.

    Attributes:
        training: the metrics that the trainer saw.
        metrics: those of the saved model, loaded again. They are what counts.
        model_path: the MLflow model folder.
    """

    training: Metrics
    metrics: Metrics
    model_path: Path


def run_pipeline(data_path: Path, model_path: Path, settings: Settings) -> PipelineResult:
    """Train on a data folder and evaluate the saved model on its test split.

    Raises:
        DataError: the data is missing or lacks a column.
    """
    training = train(data_path, model_path, settings, experiment="pipeline")
    predictor = ModelPredictor.load(model_path, settings)
    return PipelineResult(training, evaluate(predictor, data_path), model_path)
