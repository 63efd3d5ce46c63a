"""Serve a model: ``uvicorn flights.server:app``.

From the environment: ``MODEL_PATH`` (an MLflow model folder), ``MODEL_VERSION`` (told with every
answer), ``API_TOKEN`` (what callers of ``/predict`` must bear).
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import compare_digest

from fastapi import FastAPI, Request, Response, Security
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from threadpoolctl import threadpool_limits

from flights.metrics import ServerMetrics
from flights.model import LATE_FROM_PROBABILITY, ModelPredictor
from flights.schema import Flight, Health, Prediction
from flights.settings import Settings, SettingsError

logger = logging.getLogger("uvicorn.error")

Proceed = Callable[[Request], Awaitable[Response]]

FIRST_FLIGHT = Flight(
    scheduled_departure=datetime(2013, 10, 1, 7, 15),
    carrier="UA",
    origin="EWR",
    dest="SFO",
    distance=2565,
    dep_delay=3,
    temp=57.2,
    dewp=50.0,
    humid=76.7,
    wind_dir=340,
    wind_speed=8.1,
    wind_gust=None,
    precip=0,
    pressure=1015.6,
    visib=10,
)


@dataclass(frozen=True)
class ServerSettings:
    """What a server is started with."""

    model_path: Path
    model_version: str
    api_token: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> ServerSettings:
        """Read the settings.

        Raises:
            SettingsError: one is missing.
        """
        names = ("MODEL_PATH", "MODEL_VERSION", "API_TOKEN")
        missing = [name for name in names if not environment.get(name)]
        if missing:
            raise SettingsError(f"set {', '.join(missing)} to start the server")
        path, model_version, token = (environment[name] for name in names)
        return cls(Path(path), model_version, token)


def create_app(settings: ServerSettings | None = None) -> FastAPI:
    """Make the application. Without settings it reads them from the environment when it starts."""
    metrics = ServerMetrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.settings = settings or ServerSettings.from_environment()
        app.state.predictor = ModelPredictor.load(
            app.state.settings.model_path, Settings.from_environment()
        )
        # One flight is too little work to share among threads.
        with threadpool_limits(limits=1):
            predict_one(app.state.predictor, FIRST_FLIGHT)
            logger.info("model version %s is ready", app.state.settings.model_version)
            yield

    app = FastAPI(title="Flights: late on arrival?", lifespan=lifespan)

    @app.middleware("http")
    async def name_the_version(request: Request, proceed: Proceed) -> Response:
        response = await guard_and_measure(request, proceed)
        response.headers["X-Model-Version"] = app.state.settings.model_version
        return response

    async def guard_and_measure(request: Request, proceed: Proceed) -> Response:
        if request.url.path != "/predict":
            return await proceed(request)
        if not bears_token(request, app.state.settings.api_token):
            return JSONResponse(
                {"detail": "a valid bearer token is needed"},
                status_code=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
        start = time.perf_counter()
        try:
            response = await proceed(request)
        except Exception:
            logger.exception("a prediction failed")
            response = JSONResponse({"detail": "the prediction failed"}, status_code=500)
        canary = request.headers.get("canary") == "true"
        metrics.observe(response.status_code, time.perf_counter() - start, canary)
        return response

    # Not a thread each: a prediction takes milliseconds and keeps the processor busy all along.
    @app.post("/predict", dependencies=[Security(HTTPBearer(auto_error=False))])
    async def predict(flight: Flight) -> Prediction:
        probability = predict_one(app.state.predictor, flight)
        return Prediction(
            prediction=1 if probability >= LATE_FROM_PROBABILITY else 0,
            probability=probability,
            model_version=app.state.settings.model_version,
        )

    @app.get("/healthz")
    async def healthz() -> Health:
        return Health(model_version=app.state.settings.model_version)

    @app.get("/metrics", response_class=Response)
    async def scrape() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return app


def predict_one(predictor: ModelPredictor, flight: Flight) -> float:
    """The probability that one flight arrives late."""
    return float(predictor.predict_probability(flight.as_frame())[0])


def bears_token(request: Request, token: str) -> bool:
    """Whether a request carries the token. Takes as long for a near miss as for any other."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and compare_digest(given.encode(), token.encode())


app = create_app()
