"""What can be set from outside.

The values of ``environments/*.yaml`` arrive as ``LONGHAUL_CONFIG_<SECTION>_<KEY>``; an absent one
has the default below.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

Precision = Literal["fp32", "fp16"]


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message names the variable."""


@dataclass(frozen=True)
class Settings:
    """How a model is trained and asked.

    Attributes:
        batch_size: rows that are predicted at once.
        precision: width of the floats in which features are held: fp16 halves their memory and
            rounds them to three significant digits.
        epochs: rounds of training; each adds trees.
        seed: of every source of randomness.
    """

    batch_size: int = 64
    precision: Precision = "fp32"
    epochs: int = 10
    seed: int = 42

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings that the environment overrides.

        Raises:
            SettingsError: a value is not of its kind.
        """
        precision = environment.get("LONGHAUL_CONFIG_MODEL_PRECISION", cls.precision)
        if precision not in get_args(Precision):
            raise SettingsError(
                f"LONGHAUL_CONFIG_MODEL_PRECISION is {precision!r}: use fp32 or fp16"
            )
        return cls(
            batch_size=_positive(environment, "LONGHAUL_CONFIG_MODEL_BATCH_SIZE", cls.batch_size),
            precision=cast(Precision, precision),
            epochs=_positive(environment, "LONGHAUL_CONFIG_TRAINING_EPOCHS", cls.epochs),
        )


def output_folder() -> Path:
    """Where results go: ``LONGHAUL_OUTPUT_DIR``, or the current folder."""
    folder = Path(os.environ.get("LONGHAUL_OUTPUT_DIR", "."))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _positive(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name, str(default))
    if not value.isdecimal() or int(value) == 0:
        raise SettingsError(f"{name} is {value!r}: use a whole number above 0")
    return int(value)
