"""alsvoice: the facilitator's instrument for action learning sets."""

__all__ = ["__version__"]

__version__ = "0.1.0"
