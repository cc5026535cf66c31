"""``python -m tests.accuracy``."""

import sys

from tests.accuracy.command import main

sys.exit(main())
