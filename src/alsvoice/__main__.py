"""``python -m alsvoice``."""

import sys

from alsvoice.cli import main

sys.exit(main())
