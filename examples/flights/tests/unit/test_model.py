import pickle
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlflow.models import Model

from flights.data import is_late
from flights.features import build_features
from flights.model import ModelError, ModelPredictor, ModelTrainer
from flights.settings import Settings


@pytest.fixture
def trainer(flights: pd.DataFrame) -> ModelTrainer:
    return ModelTrainer(trees_per_epoch=10, learning_rate=0.3).fit(
        build_features(flights), is_late(flights)
    )


@pytest.fixture
def folder(trainer: ModelTrainer, flights: pd.DataFrame, tmp_path: Path) -> Path:
    trainer.save(tmp_path / "model", build_features(flights).head(5))
    return tmp_path / "model"


class TestModelTrainer:
    def test_is_not_fitted_at_first(self) -> None:
        assert not ModelTrainer().is_fitted

    def test_an_epoch_adds_trees(self, trainer: ModelTrainer, flights: pd.DataFrame) -> None:
        trainer.fit_epoch(build_features(flights), is_late(flights))
        assert (trainer.epoch, trainer.model.n_iter_) == (2, 20)

    def test_learns_that_who_leaves_late_arrives_late(
        self, trainer: ModelTrainer, flights: pd.DataFrame
    ) -> None:
        late = is_late(flights)
        correct = ModelPredictor(trainer.model).predict(flights) == late
        assert correct.mean() > max(late.mean(), 1 - late.mean())

    def test_two_trainings_with_one_seed_are_the_same(self, flights: pd.DataFrame) -> None:
        features, late = build_features(flights), is_late(flights)
        first, second = (ModelTrainer(seed=3).fit(features, late, epochs=2) for _ in range(2))
        np.testing.assert_array_equal(
            first.model.predict_proba(features), second.model.predict_proba(features)
        )

    def test_going_on_from_a_pickle_ends_the_same(self, flights: pd.DataFrame) -> None:
        features, late = build_features(flights), is_late(flights)
        whole = ModelTrainer(trees_per_epoch=5).fit(features, late, epochs=4)
        half = ModelTrainer(trees_per_epoch=5).fit(features, late, epochs=2)
        resumed = pickle.loads(pickle.dumps(half)).fit(features, late, epochs=2)
        np.testing.assert_array_equal(
            whole.model.predict_proba(features), resumed.model.predict_proba(features)
        )

    def test_an_untrained_model_is_not_saved(self, flights: pd.DataFrame, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="has not been trained"):
            ModelTrainer().save(tmp_path / "model", build_features(flights))
        assert not (tmp_path / "model").exists()

    def test_a_saved_model_has_its_signature_and_an_example(
        self, folder: Path, flights: pd.DataFrame
    ) -> None:
        saved = Model.load(str(folder))
        assert saved.signature.inputs.input_names() == list(build_features(flights).columns)
        assert saved.saved_input_example_info

    def test_saving_again_replaces(
        self, folder: Path, trainer: ModelTrainer, flights: pd.DataFrame
    ) -> None:
        features = build_features(flights)
        trainer.fit_epoch(features, is_late(flights))
        trainer.save(folder, features.head(5))
        assert ModelPredictor.load(folder).model.n_iter_ == 20
        assert [file.name for file in folder.parent.glob("*model*")] == ["model"]


class TestModelPredictor:
    def test_predicts_after_loading_as_before_saving(
        self, folder: Path, trainer: ModelTrainer, flights: pd.DataFrame
    ) -> None:
        np.testing.assert_array_equal(
            ModelPredictor.load(folder).predict_probability(flights),
            ModelPredictor(trainer.model).predict_probability(flights),
        )

    def test_answers_0_or_1_for_every_flight(
        self, trainer: ModelTrainer, flights: pd.DataFrame
    ) -> None:
        predictions = ModelPredictor(trainer.model).predict(flights)
        assert len(predictions) == len(flights)
        assert set(predictions.tolist()) == {0, 1}

    @pytest.mark.parametrize("batch_size", [1, 64, 1_000])
    def test_the_batch_size_changes_no_answer(
        self, trainer: ModelTrainer, flights: pd.DataFrame, batch_size: int
    ) -> None:
        some = flights.head(150)
        np.testing.assert_array_equal(
            ModelPredictor(trainer.model, batch_size).predict_probability(some),
            trainer.model.predict_proba(build_features(some))[:, 1],
        )

    def test_answers_nothing_for_no_flights(
        self, trainer: ModelTrainer, flights: pd.DataFrame
    ) -> None:
        assert ModelPredictor(trainer.model).predict(flights.head(0)).size == 0

    def test_half_precision_hardly_changes_the_answers(
        self, folder: Path, flights: pd.DataFrame
    ) -> None:
        full = ModelPredictor.load(folder).predict_probability(flights)
        half = ModelPredictor.load(folder, Settings(precision="fp16")).predict_probability(flights)
        assert np.abs(full - half).mean() < 0.01

    def test_a_prediction_takes_less_than_100_ms(
        self, trainer: ModelTrainer, flights: pd.DataFrame
    ) -> None:
        predictor = ModelPredictor(trainer.model)
        start = time.perf_counter()
        for row in range(50):
            predictor.predict(flights.iloc[[row]])
        assert (time.perf_counter() - start) / 50 < 0.1

    def test_a_folder_without_a_model_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="is no MLflow model folder"):
            ModelPredictor.load(tmp_path)
