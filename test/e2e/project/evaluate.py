"""Count the epochs of the model that the training left."""

import json
import os
from pathlib import Path

epochs = json.loads(Path("model.json").read_text())
metrics = Path(os.environ["LONGHAUL_OUTPUT_DIR"]) / "metrics.json"
metrics.write_text(json.dumps({"epochs": len(set(epochs)), "repeated": len(epochs) - len(set(epochs))}))
