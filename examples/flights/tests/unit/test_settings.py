from pathlib import Path

import pytest

from flights.settings import Settings, SettingsError, output_folder


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


def test_the_environment_overrides() -> None:
    settings = Settings.from_environment(
        {
            "LONGHAUL_CONFIG_MODEL_BATCH_SIZE": "32",
            "LONGHAUL_CONFIG_MODEL_PRECISION": "fp16",
            "LONGHAUL_CONFIG_TRAINING_EPOCHS": "3",
        }
    )
    assert settings == Settings(batch_size=32, precision="fp16", epochs=3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LONGHAUL_CONFIG_MODEL_BATCH_SIZE", "0"),
        ("LONGHAUL_CONFIG_MODEL_BATCH_SIZE", "many"),
        ("LONGHAUL_CONFIG_MODEL_PRECISION", "int8"),
        ("LONGHAUL_CONFIG_TRAINING_EPOCHS", "-1"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is '{value}'"):
        Settings.from_environment({name: value})


def test_results_go_where_the_step_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGHAUL_OUTPUT_DIR", str(tmp_path / "a" / "b"))
    assert output_folder() == tmp_path / "a" / "b"
    assert output_folder().is_dir()
