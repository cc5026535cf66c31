"""Word documents of the official form, and what real programs make of them, with the truth of every cell.

    python -m tests.converters OUT --count 60 --seed 7

A document is drawn from the seed: numbers and prose by ``tests.generator``, how an agency sets its tables by ``look``;
``document`` puts it together, ``word`` writes the .docx. ``programs`` converts it: LibreOffice and pdftotext from
Debian, and the Python libraries of ``tools/``, which live in an environment of their own (``requirements.lock`` beside
this file) and never in the program's. What is missing is named with the command that installs it.

Nothing of the reader is imported here or looked at: the documents must not be shaped by what it can read.
"""
