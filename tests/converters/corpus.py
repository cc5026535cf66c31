"""A folder of converted documents with its ``truth.json``."""

import json
from pathlib import Path
from typing import Any

from . import programs
from .document import documents
from .word import docx


def write(out: Path, seed: int, count: int, *, jobs: int = 1) -> dict[str, dict[str, Any]]:
    """Make the documents, convert them, write the truth; the answer is what ``truth.json`` has, by file."""
    folder = out / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    made = {document.name: document for document in documents(seed, count)}
    for name, document in made.items():
        (folder / f"{name}.docx").write_bytes(docx(document))
    truths: dict[str, dict[str, Any]] = {}
    for name, converter, file in programs.convert(folder, made, out, jobs=jobs):
        zeros = made[name].look.zeros
        kind = {"document": name, "converter": converter.name, "group": programs.group(converter, zeros)}
        shown = {"zeros": zeros, "labels": made[name].look.labels, "vertical": made[name].look.vertical}
        truths[file.relative_to(out).as_posix()] = kind | shown | made[name].to_json()
    lines = (f"{json.dumps(file)}: {json.dumps(truth, ensure_ascii=False)}" for file, truth in truths.items())
    (out / "truth.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return truths
