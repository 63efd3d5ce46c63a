"""Logistic regression by stochastic gradient descent: every epoch's order is drawn from its number."""

import json
import math
import os
import random
import struct
import time
from pathlib import Path

import longhaul

EPOCHS, FEATURES = 80, 8
pace = float(os.environ["PACE"])
source = random.Random(7)
rows = [[source.gauss(0, 1) for _ in range(FEATURES)] for _ in range(200)]
labels = [1.0 if sum(row) + source.gauss(0, 1) > 0 else 0.0 for row in rows]

state = longhaul.latest_checkpoint("epoch-*")
weights = list(struct.unpack(f"{FEATURES}d", state.read_bytes())) if state else [0.0] * FEATURES
start = int(state.name.split("-")[1]) if state else 0
for epoch in range(start + 1, EPOCHS + 1):
    order = list(range(len(rows)))
    random.Random(epoch).shuffle(order)
    for index in order:
        score = sum(w * x for w, x in zip(weights, rows[index]))
        step = 0.05 * (labels[index] - 1 / (1 + math.exp(-score)))
        weights = [w + step * x for w, x in zip(weights, rows[index])]
    time.sleep(pace)
    folder = longhaul.checkpoint_folder()
    draft = folder / f".epoch-{epoch:04}"
    draft.write_bytes(struct.pack(f"{FEATURES}d", *weights))
    draft.rename(folder / f"epoch-{epoch:04}")
    longhaul.progress(epoch=epoch, epochs=EPOCHS, checkpoint=f"epoch-{epoch:04}", weight=weights[0])
    effect = {"attempt": int(os.environ["LONGHAUL_ATTEMPT"]), "epoch": epoch}
    with Path(os.environ["EFFECTS"]).open("a") as effects:
        effects.write(json.dumps(effect) + "\n")
Path("model.bin").write_bytes(struct.pack(f"{FEATURES}d", *weights))
