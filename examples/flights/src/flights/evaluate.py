"""Evaluate a saved model on the test split: ``python -m flights.evaluate``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import (
    accuracy_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

from flights.data import DataError, is_late, load_split
from flights.model import ModelError, ModelPredictor, Probabilities, as_classes
from flights.settings import Settings, SettingsError, output_folder

Metrics = dict[str, float]


def score(late: pd.Series[int], probabilities: Probabilities) -> Metrics:
    """Compare probabilities with what happened.

    ``baseline_accuracy`` is what one gets by always saying the more frequent answer, "on time".
    """
    predicted = as_classes(probabilities)
    share_late = float(np.mean(late))
    return {
        "accuracy": float(accuracy_score(late, predicted)),
        "baseline_accuracy": max(share_late, 1 - share_late),
        "auc": float(roc_auc_score(late, probabilities)),
        "log_loss": float(log_loss(late, probabilities)),
        "precision": float(precision_score(late, predicted, zero_division=0)),
        "recall": float(recall_score(late, predicted, zero_division=0)),
        "rows": len(late),
    }


def evaluate(predictor: ModelPredictor, data_path: Path) -> Metrics:
    """Score a model on the test split of a data folder."""
    flights = load_split(data_path, "test")
    return score(is_late(flights), predictor.predict_probability(flights))


def write_metrics(metrics: Metrics) -> Path:
    """Leave ``metrics.json``, a flat object of numbers, in the output folder."""
    file = output_folder() / "metrics.json"
    file.write_text(json.dumps(metrics, indent=2) + "\n")
    return file


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate by hand or as a step; returns the exit status."""
    parser = argparse.ArgumentParser(description="Evaluate a saved model on the test split.")
    parser.add_argument("--data-path", type=Path, default=Path("data/sample"))
    parser.add_argument("--model-path", type=Path, default=Path("models/model"))
    options = parser.parse_args(arguments)

    try:
        predictor = ModelPredictor.load(options.model_path, Settings.from_environment())
        metrics = evaluate(predictor, options.data_path)
    except (DataError, ModelError, SettingsError) as error:
        print(f"evaluation failed: {error}", file=sys.stderr)
        return 1
    for name, value in metrics.items():
        print(f"{name:18} {value:,.4f}" if name != "rows" else f"{name:18} {value:,.0f}")
    print(f"written to {write_metrics(metrics)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
