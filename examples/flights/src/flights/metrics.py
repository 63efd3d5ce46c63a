"""What Prometheus scrapes from a server."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

LATENCY_EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
CANARY = ("true", "false")
SERVER_ERROR = 500


class ServerMetrics:
    """Counts of the authorized requests for predictions, apart by the header ``canary: true``.

    Every series exists from the start, at 0, so that "no errors" differs from "no data". The edges
    of the histogram include each limit that releases are judged by: 0.1, 0.5 and 2 seconds.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "model_requests_total", "Predictions asked for.", ["canary"], registry=self.registry
        )
        self._errors = Counter(
            "model_errors_total", "Of those, answered by 5xx.", ["canary"], registry=self.registry
        )
        self._latency = Histogram(
            "model_latency",
            "Seconds from request to answer.",
            ["canary"],
            buckets=LATENCY_EDGES,
            registry=self.registry,
        )
        for canary in CANARY:
            for metric in (self._requests, self._errors, self._latency):
                metric.labels(canary)

    def observe(self, status: int, seconds: float, canary: bool) -> None:
        """Count one answer."""
        label = "true" if canary else "false"
        self._requests.labels(label).inc()
        if status >= SERVER_ERROR:
            self._errors.labels(label).inc()
        self._latency.labels(label).observe(seconds)
