"""The command line: what a person types; no logic lives here."""

from alsvoice.cli.main import main

__all__ = ["main"]
