"""The whole way on the real sample: `dvc pull data/sample` brings it."""

from pathlib import Path

import pytest

from flights.pipeline import PipelineResult, run_pipeline
from flights.settings import Settings

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> PipelineResult:
    folder = tmp_path_factory.mktemp("models")
    return run_pipeline(SAMPLE, folder / "model", Settings(epochs=2))


def test_the_model_is_right_more_often_than_not(result: PipelineResult) -> None:
    assert result.metrics["accuracy"] > 0.5


def test_the_model_beats_always_saying_on_time(result: PipelineResult) -> None:
    assert result.metrics["accuracy"] > result.metrics["baseline_accuracy"]


def test_the_saved_model_is_the_one_that_was_trained(result: PipelineResult) -> None:
    assert result.metrics == pytest.approx(result.training)
    assert (result.model_path / "MLmodel").is_file()
