"""Run a script, or a module with -m, and leave diagnostics when it fails.

    python -m longhaul.run train.py --epochs 50
    python -m longhaul.run --data data/train.csv -m package.train --epochs 50

The script sees its own arguments and is `__main__`; its error, its exit code and its output stay as they are.
"""

import os
import runpy
import sys
from types import TracebackType
from typing import List, Optional, Tuple

from ._diagnostics import is_failure, register, write_diagnostics


def main(arguments: List[str]) -> None:
    """Run what the arguments name."""
    files, rest = _data_files(arguments)
    if not rest or (rest[0] == "-m" and len(rest) < 2):
        sys.exit("usage: python -m longhaul.run [--data FILE]... (SCRIPT | -m MODULE) [ARGUMENT]...")
    register(**{os.path.basename(file.rstrip("/")): file for file in files})
    try:
        _run(rest)
    except Exception as error:
        error.__traceback__ = _of_the_script(error)
        write_diagnostics(error)
        sys.excepthook(type(error), error, error.__traceback__)
        sys.exit(1)
    except BaseException as error:
        if is_failure(error):
            write_diagnostics(error)
        raise


def _run(arguments: List[str]) -> None:
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        sys.path.insert(0, os.getcwd())
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        return
    script = arguments[0]
    sys.argv = arguments
    sys.path.insert(0, os.path.dirname(os.path.abspath(script)))
    runpy.run_path(script, run_name="__main__")


def _data_files(arguments: List[str]) -> Tuple[List[str], List[str]]:
    files: List[str] = []
    rest = list(arguments)
    while len(rest) > 1 and rest[0] == "--data":
        files.append(rest[1])
        rest = rest[2:]
    return files, rest


def _of_the_script(error: BaseException) -> Optional[TracebackType]:
    """The trace from the user's program on, as it would be without us."""
    trace = error.__traceback__
    while trace is not None and _is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace or error.__traceback__


def _is_ours(file: str) -> bool:
    return file in (__file__, runpy.__file__) or file.startswith("<frozen runpy")


if __name__ == "__main__":
    main(sys.argv[1:])
