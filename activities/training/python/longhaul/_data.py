"""Data described: rows, columns, nulls and types, never a value of it."""

import csv
import os
from pathlib import Path
from typing import Any, Dict

COLUMNS = 200


def describe(value: Any) -> Dict[str, Any]:
    """A frame, an array, anything with a length, or the path of a file. It never raises."""
    try:
        if isinstance(value, (str, os.PathLike)):
            return _file(Path(os.fspath(value)))
        if hasattr(value, "columns") and hasattr(value, "dtypes"):
            return _frame(value)
        if hasattr(value, "shape"):
            return _array(value)
        return {"type": type(value).__name__, "rows": len(value)}
    except Exception as fault:
        return {"type": type(value).__name__, "unknown": f"{type(fault).__name__}: {fault}"}


def _frame(frame: Any) -> Dict[str, Any]:
    """A pandas frame, or what is made like one."""
    columns = list(frame.columns)
    types = [str(each) for each in getattr(frame.dtypes, "tolist", lambda: list(frame.dtypes))()]
    shown = list(zip(columns, types))[:COLUMNS]
    return {
        "type": f"{type(frame).__module__.split('.')[0]}.{type(frame).__name__}",
        "rows": len(frame),
        "columns": len(columns),
        "types": {str(name): kind for name, kind in shown},
        "nulls": _nulls(frame, [name for name, _ in shown]),
    }


def _nulls(frame: Any, columns: Any) -> Dict[str, int]:
    if hasattr(frame, "null_count"):
        counts = frame.null_count().row(0)
        return {str(name): int(count) for name, count in zip(frame.columns, counts)}
    counts = frame.isnull().sum()
    values = counts.tolist()
    return {str(name): int(values[index]) for index, name in enumerate(columns)}


def _array(array: Any) -> Dict[str, Any]:
    shape = [int(size) for size in array.shape]
    described: Dict[str, Any] = {
        "type": f"{type(array).__module__.split('.')[0]}.{type(array).__name__}",
        "rows": shape[0] if shape else 1,
        "shape": shape,
        "dtype": str(getattr(array, "dtype", "")),
    }
    if len(shape) == 2:
        described["columns"] = shape[1]
    return described


def _file(path: Path) -> Dict[str, Any]:
    """A file by its size; one of CSV by its rows, columns and empty fields too."""
    if not path.exists():
        return {"type": "file", "path": str(path), "missing": True}
    if path.is_dir():
        files = [each for each in path.rglob("*") if each.is_file()]
        return {
            "type": "folder",
            "path": str(path),
            "files": len(files),
            "bytes": sum(each.stat().st_size for each in files),
        }
    described = {"type": "file", "path": str(path), "bytes": path.stat().st_size}
    if path.suffix.lower() in (".csv", ".tsv"):
        described.update(_csv(path))
    return described


def _csv(path: Path) -> Dict[str, Any]:
    with open(path, newline="", encoding="utf-8", errors="replace") as stream:
        lines = csv.reader(stream, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
        header = next(lines, [])
        empty = dict.fromkeys(header[:COLUMNS], 0)
        rows = 0
        for line in lines:
            rows += 1
            for name, field in zip(header[:COLUMNS], line):
                empty[name] += field == ""
    return {"rows": rows, "columns": len(header), "nulls": empty}
