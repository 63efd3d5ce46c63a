"""Checkpoints: a training that was stopped goes on after its last complete epoch."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import joblib
import pandas as pd

from flights.model import ModelTrainer

KEPT = 2


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoints in one folder, of one training.

    Attributes:
        folder: where they lie, as ``epoch-0003.joblib``.
        fingerprint: of the data and the parameters. A checkpoint with another one is left alone.
    """

    folder: Path
    fingerprint: str

    def save(self, trainer: ModelTrainer) -> str:
        """Write the trainer's checkpoint, drop all but the last two, and return its name.

        The file gets its name only when it is complete and on the disk.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"epoch-{trainer.epoch:04d}.joblib"
        partial = self.folder / f".{name}.{os.getpid()}.partial"
        with partial.open("wb") as file:
            joblib.dump((self.fingerprint, trainer), file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.folder / name)
        for old in self._newest_first()[KEPT:]:
            old.unlink(missing_ok=True)
        return name

    def resume(self, at_most: int) -> ModelTrainer | None:
        """The trainer of the newest readable checkpoint of this training, if there is one.

        One that is further than ``at_most`` epochs is of no use: trees are not taken away.
        """
        for file in self._newest_first():
            try:
                fingerprint, trainer = joblib.load(file)
            except Exception as error:  # a damaged pickle can raise anything
                print(f"checkpoint {file.name} cannot be read ({error}): trying the one before")
                continue
            if fingerprint != self.fingerprint or not isinstance(trainer, ModelTrainer):
                print(f"checkpoint {file.name} is of other data or parameters: not used")
                continue
            if trainer.epoch <= at_most:
                return trainer
        return None

    def _newest_first(self) -> list[Path]:
        return sorted(self.folder.glob("epoch-*.joblib"), reverse=True)


def fingerprint(
    features: pd.DataFrame, late: pd.Series[int], params: dict[str, int | float]
) -> str:
    """A digest of all that a training depends on, but for the number of epochs."""
    digest = sha256(repr((sorted(params.items()), list(features.columns))).encode())
    for part in (features.astype("float32"), late):
        digest.update(pd.util.hash_pandas_object(part, index=False).to_numpy().tobytes())
    return digest.hexdigest()
