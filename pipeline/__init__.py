"""The core: plain functions from files to a warehouse, knowing nothing of Dagster.

``sources`` and ``decode`` turn files into text, ``identity`` says whose and when, ``layouts``
turn text into rows of cells, ``match`` lays the official form (``forms``) over them, ``extract``
does that for one report, ``staging`` keeps the result by year, ``rules`` check it and
``warehouse`` builds and publishes the DuckDB file; ``indicators`` are worked out of its numbers,
``export`` and ``site`` hand it on. ``definitions`` and ``cli`` are the two ways in.
"""

__version__ = "0.1.0"

#: Raised whenever the reader can read the same bytes differently; staging made by another is read again.
READER_VERSION = "5"
