"""The model: gradient-boosted trees that grow by epochs, and the predictor that serves them."""

from __future__ import annotations

import logging
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlflow.sklearn
import numpy as np
import numpy.typing as npt
import pandas as pd
from mlflow.models import ModelSignature, infer_signature
from sklearn.ensemble import HistGradientBoostingClassifier

from flights.features import build_features
from flights.settings import Precision, Settings

Probabilities = npt.NDArray[np.float64]
Classes = npt.NDArray[np.int8]

LATE_FROM_PROBABILITY = 0.5

# Each save warns that pickles are only to be loaded from trusted places, and that uv's environments
# have no pip. Both are known: what this project loads, it has saved.
for _name in ("mlflow.sklearn", "mlflow.utils.environment"):
    logging.getLogger(_name).setLevel(logging.ERROR)


class ModelError(Exception):
    """A model cannot be saved or loaded; the message says what to do."""


class ModelTrainer:
    """Trains in epochs, each of which adds trees to those already there.

    After n epochs the model is the same, whether they ran in one go or the trainer was pickled and
    loaded in between.
    """

    def __init__(
        self, trees_per_epoch: int = 15, learning_rate: float = 0.05, seed: int = 42
    ) -> None:
        self.trees_per_epoch = trees_per_epoch
        self.epoch = 0
        self.model = HistGradientBoostingClassifier(
            warm_start=True,
            max_iter=trees_per_epoch,
            max_leaf_nodes=63,
            min_samples_leaf=40,
            learning_rate=learning_rate,
            early_stopping=False,
            random_state=seed,
        )

    @property
    def is_fitted(self) -> bool:
        """Whether at least one epoch is done."""
        return self.epoch > 0

    @property
    def params(self) -> dict[str, int | float]:
        """What defines the training, besides the data and the number of epochs."""
        chosen: dict[str, Any] = self.model.get_params()
        names = ("learning_rate", "max_leaf_nodes", "min_samples_leaf", "random_state")
        return {"trees_per_epoch": self.trees_per_epoch, **{name: chosen[name] for name in names}}

    def fit_epoch(self, features: pd.DataFrame, late: pd.Series[int]) -> None:
        """Add one epoch's trees."""
        self.model.set_params(max_iter=self.trees_per_epoch * (self.epoch + 1))
        self.model.fit(features, late)
        self.epoch += 1

    def fit(self, features: pd.DataFrame, late: pd.Series[int], epochs: int = 1) -> ModelTrainer:
        """Add several epochs' trees."""
        for _ in range(epochs):
            self.fit_epoch(features, late)
        return self

    def save(self, folder: Path, example: pd.DataFrame) -> None:
        """Leave the model as an MLflow model folder, in place of what was there.

        Raises:
            ModelError: nothing has been trained yet.
        """
        arguments = self.mlflow_arguments(example)
        partial = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.parent.mkdir(parents=True, exist_ok=True)
        mlflow.sklearn.save_model(self.model, str(partial), **arguments)
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)

    def mlflow_arguments(self, example: pd.DataFrame) -> dict[str, Any]:
        """What MLflow is told about the model, in its folder and in a run: the signature, an input
        example, and the packages that load it.

        Raises:
            ModelError: nothing has been trained yet.
        """
        if not self.is_fitted:
            raise ModelError("the model has not been trained: call fit first")
        example = example.astype(np.float32)
        signature: ModelSignature = infer_signature(example, self.model.predict_proba(example))
        packages = ("scikit-learn", "numpy", "pandas", "cloudpickle")
        return {
            "signature": signature,
            "input_example": example,
            "pip_requirements": [f"{name}=={version(name)}" for name in packages],
            "pyfunc_predict_fn": "predict_proba",
            "serialization_format": "cloudpickle",
        }


class ModelPredictor:
    """Answers for flights, in batches, how likely each is to be late."""

    def __init__(
        self,
        model: HistGradientBoostingClassifier,
        batch_size: int = Settings.batch_size,
        precision: Precision = Settings.precision,
    ) -> None:
        self.model = model
        self.batch_size = batch_size
        self.precision: Precision = precision

    @classmethod
    def load(cls, folder: Path, settings: Settings | None = None) -> ModelPredictor:
        """Load an MLflow model folder.

        Raises:
            ModelError: there is none, or it holds something else.
        """
        if not (folder / "MLmodel").is_file():
            raise ModelError(f"{folder} is no MLflow model folder: train first, or mend the path")
        model = mlflow.sklearn.load_model(str(folder))
        if not isinstance(model, HistGradientBoostingClassifier):
            raise ModelError(f"{folder} holds a {type(model).__name__}, not this project's model")
        settings = settings or Settings()
        return cls(model, settings.batch_size, settings.precision)

    def predict_probability(self, flights: pd.DataFrame) -> Probabilities:
        """For each flight the probability that it arrives late."""
        batches = [
            self.model.predict_proba(
                build_features(flights.iloc[start : start + self.batch_size], self.precision)
            )[:, 1]
            for start in range(0, len(flights), self.batch_size)
        ]
        return np.concatenate(batches) if batches else np.empty(0)

    def predict(self, flights: pd.DataFrame) -> Classes:
        """For each flight 1 if it is more likely late than not, else 0."""
        return as_classes(self.predict_probability(flights))


def as_classes(probabilities: Probabilities) -> Classes:
    """1 where late is the likelier, else 0."""
    return (probabilities >= LATE_FROM_PROBABILITY).astype(np.int8)
