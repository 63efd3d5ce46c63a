"""What a person needs to know when training fails, in one JSON file."""

from __future__ import annotations

import json
import platform
import sys
import traceback
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from flights.settings import output_folder

LIBRARIES = ("numpy", "pandas", "pyarrow", "scikit-learn", "mlflow-skinny")


def write_diagnostics(error: BaseException, data_path: Path) -> Path:
    """Leave ``training_diagnostics.json`` in the output folder, and return its path."""
    diagnostics = {
        "timestamp": datetime.now(timezone.utc).isoformat(),
        "python_version": sys.version,
        "platform": platform.platform(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "data_path": str(data_path),
        "data_stats": {split: _statistics(data_path, split) for split in ("train", "test")},
        "error": {
            "type": type(error).__name__,
            "message": str(error),
            "traceback": "".join(traceback.format_exception(error)),
        },
    }
    file = output_folder() / "training_diagnostics.json"
    file.write_text(json.dumps(diagnostics, indent=2) + "\n")
    return file


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _statistics(data_path: Path, split: str) -> dict[str, Any]:
    """Facts about one file as it lies there: it may be the very cause of the error."""
    try:
        flights = pd.read_parquet(data_path / f"{split}.parquet")
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {
        "rows": len(flights),
        "columns": list(flights.columns),
        "null_counts": {str(c): int(n) for c, n in flights.isna().sum().items()},
        "dtypes": {str(c): str(t) for c, t in flights.dtypes.items()},
    }
