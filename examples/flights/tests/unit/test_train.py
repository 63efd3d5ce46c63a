import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from flights.checkpoints import Checkpoints
from flights.model import ModelPredictor, ModelTrainer
from flights.settings import Settings, output_folder
from flights.train import main, train


@pytest.fixture
def checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "checkpoints"
    monkeypatch.setenv("LONGHAUL_CHECKPOINT_DIR", str(folder))
    return folder


@pytest.fixture
def progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "progress.jsonl"
    monkeypatch.setenv("LONGHAUL_PROGRESS", str(file))
    return file


def lines(progress: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in progress.read_text().splitlines()]


def test_each_epoch_is_a_line_of_progress_that_names_its_checkpoint(
    data_path: Path, tmp_path: Path, checkpoints: Path, progress: Path
) -> None:
    train(data_path, tmp_path / "model", Settings(epochs=3))
    seen = lines(progress)
    assert [(line["epoch"], line["epochs"]) for line in seen] == [(1, 3), (2, 3), (3, 3)]
    assert [line["checkpoint"] for line in seen][-1] == "epoch-0003.joblib"
    assert all(0 < line["accuracy"] <= 1 and line["loss"] > 0 for line in seen)


def test_only_the_last_two_checkpoints_are_kept(
    data_path: Path, tmp_path: Path, checkpoints: Path
) -> None:
    train(data_path, tmp_path / "model", Settings(epochs=3))
    kept = sorted(file.name for file in checkpoints.iterdir())
    assert kept == ["epoch-0002.joblib", "epoch-0003.joblib"]


def test_without_a_folder_for_them_there_are_no_checkpoints(
    data_path: Path, tmp_path: Path, progress: Path
) -> None:
    train(data_path, tmp_path / "model", Settings(epochs=1))
    assert "checkpoint" not in lines(progress)[0]


def test_a_stopped_training_goes_on_and_ends_with_the_same_model(
    data_path: Path,
    tmp_path: Path,
    checkpoints: Path,
    progress: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save = Checkpoints.save

    def stop_after_two(self: Checkpoints, trainer: ModelTrainer) -> str:
        name = save(self, trainer)
        if trainer.epoch == 2:
            raise KeyboardInterrupt
        return name

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoints, "save", stop_after_two)
        with pytest.raises(KeyboardInterrupt):
            train(data_path, tmp_path / "resumed", Settings(epochs=4))
    train(data_path, tmp_path / "resumed", Settings(epochs=4))
    assert [line["epoch"] for line in lines(progress)] == [1, 3, 4]

    monkeypatch.delenv("LONGHAUL_CHECKPOINT_DIR")
    train(data_path, tmp_path / "whole", Settings(epochs=4))
    flights = pd.read_parquet(data_path / "test.parquet")
    np.testing.assert_array_equal(
        ModelPredictor.load(tmp_path / "resumed").predict_probability(flights),
        ModelPredictor.load(tmp_path / "whole").predict_probability(flights),
    )


def test_a_finished_training_only_writes_its_results_again(
    data_path: Path, tmp_path: Path, checkpoints: Path, progress: Path
) -> None:
    first = train(data_path, tmp_path / "model", Settings(epochs=2))
    second = train(data_path, tmp_path / "model", Settings(epochs=2))
    assert first == second
    assert len(lines(progress)) == 2


def test_a_damaged_checkpoint_gives_way_to_the_one_before(
    data_path: Path, tmp_path: Path, checkpoints: Path, progress: Path
) -> None:
    train(data_path, tmp_path / "model", Settings(epochs=2))
    (checkpoints / "epoch-0002.joblib").write_bytes(b"torn")
    train(data_path, tmp_path / "model", Settings(epochs=2))
    assert [line["epoch"] for line in lines(progress)] == [1, 2, 2]


def test_a_checkpoint_of_other_data_is_not_used(
    data_path: Path, tmp_path: Path, checkpoints: Path, progress: Path
) -> None:
    train(data_path, tmp_path / "model", Settings(epochs=1))
    (data_path / "test.parquet").replace(data_path / "train.parquet")
    pd.read_parquet(data_path / "train.parquet").to_parquet(data_path / "test.parquet")
    train(data_path, tmp_path / "model", Settings(epochs=1))
    assert [line["epoch"] for line in lines(progress)] == [1, 1]


def test_a_failure_leaves_its_diagnostics(
    data_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = data_path / "train.parquet"
    pd.read_parquet(file).drop(columns="visib").to_parquet(file)
    assert main(["--data-path", str(data_path)]) == 1
    assert "lacks the columns visib" in capsys.readouterr().err

    diagnostics = json.loads((output_folder() / "training_diagnostics.json").read_text())
    assert diagnostics["error"]["type"] == "DataError"
    assert "Traceback" in diagnostics["error"]["traceback"]
    assert diagnostics["libraries"]["scikit-learn"]
    statistics = diagnostics["data_stats"]["train"]
    assert statistics["rows"] == 600
    assert statistics["null_counts"]["wind_gust"] > 0
    assert statistics["dtypes"]["carrier"] == "object"


def test_diagnostics_are_left_without_any_data(tmp_path: Path) -> None:
    assert main(["--data-path", str(tmp_path)]) == 1
    diagnostics = json.loads((output_folder() / "training_diagnostics.json").read_text())
    assert "FileNotFoundError" in diagnostics["data_stats"]["train"]["error"]


def test_no_epochs_at_all_are_refused(data_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data-path", str(data_path), "--max-epochs", "0"]) == 1
    assert "--max-epochs is 0: use 1 or more" in capsys.readouterr().err
