"""Scores a saved model on the test part: python -m wine.evaluate --model FILE"""

import argparse
import json
import os
from pathlib import Path

import joblib
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score

from wine.data import Wines, load, split


def evaluate(model: RandomForestClassifier, wines: Wines) -> dict[str, float]:
    said = model.predict(wines.features)
    return {
        "accuracy": float(accuracy_score(wines.cultivars, said)),
        "f1": float(f1_score(wines.cultivars, said, average="macro")),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    args = parser.parse_args()
    _, part = split(load())
    metrics = evaluate(joblib.load(args.model), part)
    Path(os.environ.get("LONGHAUL_OUTPUT_DIR", "."), "metrics.json").write_text(json.dumps(metrics))
    print(metrics)


if __name__ == "__main__":
    main()
