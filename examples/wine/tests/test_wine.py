import numpy as np

from wine.check_data import problems_of
from wine.data import Wines, load, split
from wine.evaluate import evaluate
from wine.train import train


def test_a_sample_keeps_every_cultivar_and_the_same_test_part():
    sample, test = split(load(), sample=0.2)
    assert set(sample.cultivars) == {0, 1, 2}
    assert len(sample.cultivars) < len(split(load())[0].cultivars)
    np.testing.assert_array_equal(test.features, split(load())[1].features)


def test_training_twice_gives_the_same_model():
    part, test = split(load(), sample=0.5)
    first, second = train(part), train(part)
    np.testing.assert_array_equal(first.predict_proba(test.features), second.predict_proba(test.features))


def test_what_was_learnt_beats_guessing():
    part, test = split(load())
    assert evaluate(train(part), test)["accuracy"] > 0.9


def test_the_check_names_what_is_wrong():
    wines = load()
    features = wines.features.copy()
    features[:3, wines.names.index("hue")] = np.nan
    features[0, wines.names.index("alcohol")] = 140
    found = problems_of(Wines(features, wines.cultivars, wines.names))
    assert any("`hue`: 3 values are missing" in problem for problem in found)
    assert any("`alcohol`: 1 of 178 values" in problem for problem in found)
    assert problems_of(wines) == []
