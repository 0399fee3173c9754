"""The gate, the same for everyone: format, lint, types, floors, tests.

    python3 scripts/check.py

Makes .venv, installs alsvoice with its development tools, pulls the small speech model (76 MB)
that the end-to-end test runs, then checks everything. Further arguments go to pytest, without the
coverage floor then.
"""

import sys

import environment


def main() -> None:
    interpreter = environment.ensure("dev")
    environment.run(interpreter, "-m", "alsvoice", "models", "pull", "tiny.en")
    environment.run(interpreter, "-m", "ruff", "format", "--check", ".")
    environment.run(interpreter, "-m", "ruff", "check", ".")
    environment.run(interpreter, "-m", "mypy")
    environment.run(
        interpreter, "-c", "import sys; from importlinter.cli import lint_imports_command as lint;"
        " sys.exit(lint())",
    )  # fmt: skip
    chosen = sys.argv[1:] or ["-n", "2", "--dist", "loadfile", "--cov", "--cov-report=term"]
    environment.run(interpreter, "-m", "pytest", *chosen, ALSVOICE_REQUIRE_MODELS="1")


if __name__ == "__main__":
    main()
