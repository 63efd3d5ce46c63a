"""What a failed training leaves for people: training_diagnostics.json."""

import contextlib
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Dict, Iterator, Optional

from ._data import describe
from ._machine import describe_machine

FILE = "training_diagnostics.json"

_registered: Dict[str, Any] = {}


def register(**data: Any) -> None:
    """Name frames, arrays or data files (paths), to be described should the training fail."""
    _registered.update(data)


@contextlib.contextmanager
def diagnostics(**data: Any) -> Iterator[None]:
    """Leave the diagnostics of whatever fails inside; the error goes on as it was."""
    register(**data)
    try:
        yield
    except BaseException as error:
        if is_failure(error):
            write_diagnostics(error)
        raise


def is_failure(error: BaseException) -> bool:
    """Whether the program fails by it: an exit with 0 is none."""
    return not (isinstance(error, SystemExit) and error.code in (None, 0))


def write_diagnostics(error: Optional[BaseException] = None) -> Optional[Path]:
    """Write the file, whole or not at all, to `$LONGHAUL_OUTPUT_DIR`.

    None without such a folder, or when it cannot be written: the user's error is the one that counts.
    """
    folder = os.environ.get("LONGHAUL_OUTPUT_DIR")
    if not folder:
        return None
    try:
        return _write_atomically(Path(folder) / FILE, _document(error))
    except Exception as fault:  # a full disk above all
        print(f"longhaul: no diagnostics: {type(fault).__name__}: {fault}", file=sys.stderr)
        return None


def _document(error: Optional[BaseException]) -> Dict[str, Any]:
    return {
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "command": sys.argv,
        "error": None if error is None else _describe_error(error),
        **describe_machine(),
        "data": {name: describe(value) for name, value in _registered.items()},
    }


def _describe_error(error: BaseException) -> Dict[str, Any]:
    return {
        "type": type(error).__name__,
        "message": _said(error)[:2_000],
        "trace": "".join(traceback.format_exception(type(error), error, error.__traceback__))[-20_000:],
    }


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def _write_atomically(file: Path, document: Dict[str, Any]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_text(json.dumps(document, indent=2, default=str, allow_nan=False), encoding="utf-8")
        os.replace(draft, file)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()
    return file
