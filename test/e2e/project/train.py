"""Train in epochs, by the contract of a step: goes on from the newest checkpoint, and tells each epoch.

The model is the list of the epochs that made it. Every epoch that begins leaves a line in the file of effects,
outside of all that Longhaul keeps: what ran twice is seen there.
"""

import json
import os
import time
from pathlib import Path

EPOCHS = int(os.environ["LONGHAUL_CONFIG_TRAINING_EPOCHS"])
EPOCH_SECONDS = float(os.environ["LONGHAUL_CONFIG_TRAINING_EPOCH_SECONDS"])
EFFECTS = Path(os.environ["LONGHAUL_CONFIG_TRAINING_EFFECTS"])
CHECKPOINTS = Path(os.environ["LONGHAUL_CHECKPOINT_DIR"])
PROGRESS = Path(os.environ["LONGHAUL_PROGRESS"])


def train() -> list[int]:
    """Run the epochs that are not in the newest checkpoint."""
    epochs = resume()
    while len(epochs) < EPOCHS:
        epoch = len(epochs) + 1
        note(EFFECTS, {"run": os.environ["LONGHAUL_RUN_ID"], "epoch": epoch, "pid": os.getpid()})
        time.sleep(EPOCH_SECONDS)
        epochs.append(epoch)
        checkpoint = save_checkpoint(epochs)
        note(PROGRESS, {"epoch": epoch, "epochs": EPOCHS, "loss": 1 / epoch, "checkpoint": checkpoint})
    return epochs


def resume() -> list[int]:
    """Read the newest checkpoint; without one, begin anew."""
    newest = max(CHECKPOINTS.glob("epoch-*.json"), default=None)
    return json.loads(newest.read_text()) if newest else []


def save_checkpoint(epochs: list[int]) -> str:
    """Write a checkpoint whole or not at all, and return its name."""
    name = f"epoch-{len(epochs):04}.json"
    draft = CHECKPOINTS / f".{name}"
    draft.write_text(json.dumps(epochs))
    draft.rename(CHECKPOINTS / name)
    return name


def note(file: Path, line: dict[str, object]) -> None:
    """Append one line of JSON."""
    with file.open("a") as stream:
        stream.write(json.dumps(line) + "\n")


def log_model(file: Path) -> None:
    """Log the model into the MLflow run that Longhaul opened."""
    import mlflow  # seconds long, so only once the epochs are done

    class Counting(mlflow.pyfunc.PythonModel):
        """Answers with the number of epochs that made it."""

        def predict(self, context, model_input, params=None):
            epochs = json.loads(Path(context.artifacts["epochs"]).read_text())
            return [len(epochs)] * len(model_input)

    with mlflow.start_run(run_id=os.environ["MLFLOW_RUN_ID"]):
        mlflow.log_param("epochs", EPOCHS)
        mlflow.pyfunc.log_model(
            name="model",
            python_model=Counting(),
            artifacts={"epochs": str(file)},
            pip_requirements=["mlflow-skinny"],
        )


if __name__ == "__main__":
    model = Path("model.json").absolute()
    model.write_text(json.dumps(train()))
    log_model(model)
