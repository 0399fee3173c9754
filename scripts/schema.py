"""Write docs/report.schema.json, the published JSON Schema of ``report --format json``.

.venv/bin/python scripts/schema.py
"""

import json

from alsvoice.report.schema import json_schema
from environment import ROOT


def main() -> None:
    text = json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"
    (ROOT / "docs" / "report.schema.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
