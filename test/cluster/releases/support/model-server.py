"""A served model without the model: answers at once, counts as the sample's server does, fails when told to.

From the environment: HOST, PORT, MODEL_VERSION, and ERROR_SHARE, the share of requests that are answered 500.
"""

import os
import signal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

VERSION = os.environ["MODEL_VERSION"]
ERROR_SHARE = float(os.environ.get("ERROR_SHARE", "0"))
served = {"requests": 0, "errors": 0}
counting = Lock()


def fails(number):
    """Spread evenly: of any 1/share requests in a row one fails."""
    return int((number + 1) * ERROR_SHARE) > int(number * ERROR_SHARE)


def metrics():
    total, failed = served["requests"], served["errors"]
    lines = [
        f'model_requests_total{{canary="false"}} {total}',
        f'model_errors_total{{canary="false"}} {failed}',
        f'model_latency_bucket{{canary="false",le="2"}} {total}',
        f'model_latency_bucket{{canary="false",le="+Inf"}} {total}',
        f'model_latency_count{{canary="false"}} {total}',
        f'model_latency_sum{{canary="false"}} 0',
    ]
    return "\n".join(lines) + "\n"


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("X-Model-Version", VERSION)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self):
        self.answer(200, metrics() if self.path == "/metrics" else "well\n")

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with counting:
            failed = fails(served["requests"])
            served["requests"] += 1
            served["errors"] += failed
        self.answer(500 if failed else 200, "late\n")

    def log_message(self, *_):
        pass


# The first process of a container has no default way to end.
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
ThreadingHTTPServer.request_queue_size = 128
ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Server).serve_forever()
