"""Will this flight arrive more than 15 minutes late? Asked at the gate, at departure."""

import os

__version__ = "0.1.0"

# Read by OpenMP when scikit-learn is imported. Threads that wait by spinning slow down an epoch
# tenfold on a machine that is busy with other things, too.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
