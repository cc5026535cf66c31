"""Validates a Data Package with frictionless: ``ENVIRONMENT/bin/python tests/converters/tools/data_package.py FILE``.

Runs in the environment of ``requirements.lock``. Prints JSON: the number of resources, and of each that is invalid what
is wrong with it.
"""

import json
import sys
from pathlib import Path

from frictionless import Package

package = Package(Path(sys.argv[1]).name, basepath=str(Path(sys.argv[1]).parent))
report = package.validate()
errors = {"": [error.message for error in report.errors]} if report.errors else {}
errors |= {task.name: [error.message for error in task.errors[:5]] for task in report.tasks if task.errors}
print(json.dumps({"resources": len(report.tasks), "errors": errors}))
