import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from flights.evaluate import main, score
from flights.settings import output_folder
from flights.train import main as train


def test_scores_of_known_answers() -> None:
    late = pd.Series([0, 0, 0, 1, 1])
    metrics = score(late, np.array([0.1, 0.2, 0.7, 0.6, 0.9]))
    assert metrics["accuracy"] == pytest.approx(0.8)
    assert metrics["baseline_accuracy"] == pytest.approx(0.6)
    assert metrics["precision"] == pytest.approx(2 / 3)
    assert metrics["recall"] == pytest.approx(1.0)
    assert metrics["auc"] == pytest.approx(5 / 6)
    assert metrics["rows"] == 5


def test_a_saved_model_scores_as_the_trainer_said(data_path: Path, tmp_path: Path) -> None:
    where = ["--data-path", str(data_path), "--model-path", str(tmp_path / "model")]
    assert train([*where, "--max-epochs", "1"]) == 0
    trained = json.loads((output_folder() / "metrics.json").read_text())
    assert main(where) == 0
    evaluated = json.loads((output_folder() / "metrics.json").read_text())
    assert evaluated == pytest.approx(trained)


def test_a_missing_model_is_told_in_a_line(
    data_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data-path", str(data_path), "--model-path", str(tmp_path / "none")]) == 1
    assert "none is no MLflow model folder: train first" in capsys.readouterr().err
