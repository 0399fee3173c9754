"""Set everything up and show the report of the bundled session.

    python3 scripts/start.py

Makes .venv, installs alsvoice, pulls the speech model (145 MB) if it is missing, then runs
`alsvoice demo`. Further arguments go to `alsvoice demo`. The second time it is quick.
"""

import sys

import environment


def main() -> None:
    interpreter = environment.ensure()
    wanted = _speech_model(sys.argv[1:])
    environment.run(interpreter, "-m", "alsvoice", "models", "pull", *wanted)
    environment.run(interpreter, "-m", "alsvoice", "demo", *sys.argv[1:])


def _speech_model(arguments: list[str]) -> list[str]:
    """Return the model that `--asr` names, so that no other is pulled."""
    for at, argument in enumerate(arguments[:-1]):
        if argument == "--asr":
            return [arguments[at + 1]]
    return []


if __name__ == "__main__":
    main()
