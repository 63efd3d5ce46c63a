"""What the server is asked and what it answers."""

from __future__ import annotations

from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime

Fahrenheit = Annotated[float, Field(ge=-80, le=140)]


class Flight(BaseModel):
    """One flight, as it is known at the gate at departure.

    The weather is that of the hour at the airport; what the station did not report is null.
    """

    model_config = ConfigDict(extra="forbid")

    scheduled_departure: NaiveDatetime = Field(description="New York's local time")
    carrier: str = Field(pattern=r"^[A-Z0-9]{2}$")
    origin: Literal["EWR", "JFK", "LGA"]
    dest: str = Field(pattern=r"^[A-Z]{3}$")
    distance: int = Field(gt=0, le=12_000, description="miles")
    dep_delay: float = Field(ge=-180, le=2_880, description="minutes; below 0 is early")

    temp: Fahrenheit | None = Field(description="°F")
    dewp: Fahrenheit | None = Field(description="°F")
    humid: float | None = Field(ge=0, le=100, description="%")
    wind_dir: float | None = Field(ge=0, le=360, description="degrees")
    wind_speed: float | None = Field(ge=0, le=250, description="mph")
    wind_gust: float | None = Field(ge=0, le=300, description="mph; none when there is none")
    precip: float | None = Field(ge=0, le=20, description="inches")
    pressure: float | None = Field(ge=850, le=1_100, description="hPa, at sea level")
    visib: float | None = Field(ge=0, le=50, description="miles")

    def as_frame(self) -> pd.DataFrame:
        """The flight as a row, in the columns of the data set."""
        return pd.DataFrame([self.model_dump()])


class Prediction(BaseModel):
    """1 if the flight will likely arrive more than 15 minutes late, else 0."""

    model_config = ConfigDict(protected_namespaces=())

    prediction: Literal[0, 1]
    probability: float = Field(ge=0, le=1, description="of being late")
    model_version: str


class Health(BaseModel):
    """Answered only by a server that has loaded its model and predicted with it."""

    model_config = ConfigDict(protected_namespaces=())

    status: Literal["ok"] = "ok"
    model_version: str
