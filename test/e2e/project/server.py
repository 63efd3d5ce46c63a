"""Serve the model in MODEL_PATH: ``POST /predict`` answers with the epochs that made it."""

import json
import os
import time
from pathlib import Path

from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

VERSION = os.environ["MODEL_VERSION"]
EPOCHS = json.loads((Path(os.environ["MODEL_PATH"]) / "artifacts" / "model.json").read_text())

requests = Counter("model_requests", "Requests for a prediction.")
errors = Counter("model_errors", "Requests for a prediction that were answered 5xx.")
latency = Histogram("model_latency", "Seconds that a prediction took.", buckets=(0.1, 0.5, 2.0))

app = FastAPI()


@app.middleware("http")
async def measure(request: Request, proceed):
    """Name the version with every answer, and count the predictions."""
    began = time.perf_counter()
    response = await proceed(request)
    response.headers["X-Model-Version"] = VERSION
    if request.url.path == "/predict":
        requests.inc()
        errors.inc(1 if response.status_code >= 500 else 0)
        latency.observe(time.perf_counter() - began)
    return response


@app.post("/predict")
async def predict() -> dict[str, object]:
    """Answer with what the model has learnt."""
    return {"epochs": EPOCHS, "model_version": VERSION}


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    """Answer once the model is loaded."""
    return {"status": "ok"}


@app.get("/metrics")
async def metrics() -> Response:
    """Tell Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
