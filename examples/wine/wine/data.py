"""The data: 178 wines from three cultivars, 13 measurements each. It comes with scikit-learn."""

from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

SEED = 42


@dataclass(frozen=True)
class Wines:
    """Measurements (a row a wine, a column a feature) and the cultivar of each wine."""

    features: np.ndarray
    cultivars: np.ndarray
    names: tuple[str, ...]

    def part(self, rows: np.ndarray) -> "Wines":
        return Wines(self.features[rows], self.cultivars[rows], self.names)


def load() -> Wines:
    bunch = load_wine()
    return Wines(bunch.data, bunch.target, tuple(bunch.feature_names))


def split(wines: Wines, sample: float = 1.0) -> tuple[Wines, Wines]:
    """A training part, of which only the share `sample` is kept, and a test part that is always the same."""
    rows = np.arange(len(wines.cultivars))
    train, test = train_test_split(rows, test_size=0.3, random_state=SEED, stratify=wines.cultivars)
    if sample < 1.0:
        train, _ = train_test_split(
            train, train_size=sample, random_state=SEED, stratify=wines.cultivars[train]
        )
    return wines.part(train), wines.part(test)
