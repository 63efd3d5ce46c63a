"""Checks the data as a plain script: what is wrong is in its report, whether any is in its exit code."""

import os
import sys
from pathlib import Path

import numpy as np

from wine.data import Wines, load

# Least and greatest value that a measurement may have.
RANGES = {"alcohol": (10.0, 16.0), "ash": (1.0, 4.0), "hue": (0.3, 2.0), "proline": (200.0, 2000.0)}
SMALLEST_SHARE = 0.2


def problems_of(wines: Wines) -> list[str]:
    found = [
        f"`{name}`: {np.isnan(column).sum()} values are missing"
        for name, column in zip(wines.names, wines.features.T, strict=True)
        if np.isnan(column).any()
    ]
    for name, (least, greatest) in RANGES.items():
        column = wines.features[:, wines.names.index(name)]
        outside = column[(column < least) | (column > greatest)]
        if len(outside) > 0:
            found.append(
                f"`{name}`: {len(outside)} of {len(column)} values are not within {least} to {greatest}, "
                f"such as {outside[0]:.4g}"
            )
    for cultivar, count in zip(*np.unique(wines.cultivars, return_counts=True), strict=True):
        share = count / len(wines.cultivars)
        if share < SMALLEST_SHARE:
            found.append(f"cultivar {cultivar} is {share:.0%} of all, {SMALLEST_SHARE:.0%} is the least")
    return found


def report(wines: Wines, problems: list[str]) -> str:
    heading = f"# Data: {len(wines.cultivars)} wines, {len(wines.names)} measurements\n\n"
    return heading + ("".join(f"- {problem}\n" for problem in problems) or "Nothing is wrong.\n")


def main() -> int:
    wines = load()
    problems = problems_of(wines)
    text = report(wines, problems)
    Path(os.environ.get("LONGHAUL_OUTPUT_DIR", "."), "data_report.md").write_text(text)
    print(text)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
