"""Reads a data contract: ``ENVIRONMENT/bin/python tests/converters/tools/data_contract.py FILE``.

Runs in the environment of ``requirements.lock``. The standard's own models refuse what they do not know. Prints JSON:
the columns of each table, those of its key, and its relationships.
"""

import json
import sys

from open_data_contract_standard.model import OpenDataContractStandard

contract = OpenDataContractStandard.from_file(sys.argv[1])
print(
    json.dumps(
        {
            table.name: {
                "columns": [column.name for column in table.properties],
                "key": [column.name for column in table.properties if column.primaryKey],
                "required": [column.name for column in table.properties if column.required],
                "refers_to": [each.to for each in table.relationships or []],
            }
            for table in contract.schema_
        }
    )
)
