"""Progress and checkpoints, by the contract of a step."""

import json
import math
import os
from pathlib import Path
from typing import Any, Dict, Optional


def checkpoint_folder(default: Optional[str] = None) -> Optional[Path]:
    """Folder for checkpoints: Longhaul's, else `default`, made if need be; None when there is neither."""
    folder = os.environ.get("LONGHAUL_CHECKPOINT_DIR") or default
    if folder is None:
        return None
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    return path


def latest_checkpoint(pattern: str = "*", default: Optional[str] = None) -> Optional[Path]:
    """The newest file of the folder of checkpoints that matches; None when there is none.

    The newest is the last one by time, of equal times the last one by name. Hidden files are drafts.
    """
    folder = checkpoint_folder(default)
    if folder is None:
        return None
    files = [path for path in folder.glob(pattern) if path.is_file() and not path.name.startswith(".")]
    return max(files, key=lambda path: (path.stat().st_mtime_ns, path.name), default=None)


def progress(
    *, epoch: int, epochs: Optional[int] = None, checkpoint: Optional[Any] = None, **metrics: Any
) -> None:
    """Tell that an epoch has ended. `checkpoint`: a file in the folder of checkpoints, complete by now.

    Metrics are numbers; what is none, or is not finite, is left out.
    """
    file = os.environ.get("LONGHAUL_PROGRESS")
    if not file:
        return
    line: Dict[str, Any] = {"epoch": int(epoch)}
    if epochs is not None:
        line["epochs"] = int(epochs)
    if checkpoint is not None:
        line["checkpoint"] = _within_folder(checkpoint)
    line["metrics"] = {name: value for name, value in _numbers(metrics)}
    with open(file, "a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")


def _within_folder(checkpoint: Any) -> str:
    """The name that Longhaul looks for: relative to the folder of checkpoints."""
    path = Path(os.fspath(checkpoint))
    folder = os.environ.get("LONGHAUL_CHECKPOINT_DIR")
    if folder and path.is_absolute():
        return os.path.relpath(path, folder)
    return str(path)


def _numbers(metrics: Any) -> Any:
    for name, value in metrics.items():
        try:
            number = float(value)
        except (TypeError, ValueError):
            continue
        if math.isfinite(number):
            yield name, number
