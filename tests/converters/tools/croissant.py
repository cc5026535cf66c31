"""Validates a dataset with mlcroissant: ``ENVIRONMENT/bin/python tests/converters/tools/croissant.py FILE``.

Runs in the environment of ``requirements.lock``. Prints JSON: errors and warnings, and the number of records that each
record set gives.
"""

import json
import sys

from mlcroissant import Dataset

dataset = Dataset(jsonld=sys.argv[1])
issues = dataset.metadata.issues
records = {each.uuid: sum(1 for _ in dataset.records(each.uuid)) for each in dataset.metadata.record_sets}
print(json.dumps({"errors": sorted(issues.errors), "warnings": sorted(issues.warnings), "records": records}))
