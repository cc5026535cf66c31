"""``python -m tests.accuracy``."""

import sys

from tests.accuracy.cells import main

sys.exit(main())
