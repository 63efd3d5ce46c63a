"""Will this flight arrive more than 15 minutes late? Asked at the gate, at departure."""

__version__ = "0.1.0"
