"""Ask a running server for a prediction: BASE_URL says where it is."""

import json
import os
from urllib.request import Request, urlopen

with urlopen(Request(f"{os.environ['BASE_URL']}/predict", data=b"{}", method="POST"), timeout=20) as answer:
    prediction = json.load(answer)
assert prediction["epochs"] == list(range(1, 9)), prediction
assert answer.headers["X-Model-Version"] == prediction["model_version"], prediction
