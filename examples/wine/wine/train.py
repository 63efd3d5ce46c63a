"""Trains a forest and saves it: python -m wine.train [--sample SHARE] --model FILE"""

import argparse
from pathlib import Path

import joblib
from sklearn.ensemble import RandomForestClassifier

from wine.data import SEED, Wines, load, split


def train(wines: Wines) -> RandomForestClassifier:
    return RandomForestClassifier(n_estimators=100, random_state=SEED).fit(wines.features, wines.cultivars)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=float, default=1.0, help="share of the training part")
    parser.add_argument("--model", type=Path, required=True)
    args = parser.parse_args()
    part, _ = split(load(), args.sample)
    joblib.dump(train(part), args.model)
    print(f"trained on {len(part.cultivars)} wines")


if __name__ == "__main__":
    main()
