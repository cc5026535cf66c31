"""The core: plain functions from files to a warehouse, knowing nothing of Dagster.

The packages along the data's way, each importing only those before it:

``system``, ``sql``, ``addresses``, ``settings``
    locks, processes, quoting, URLs, configuration
``forms``, ``sources``, ``regions``
    the official form as data; files, manifests and stores; agencies and divisions
``reader``
    one report: bytes to a document of rows (``formats``, ``layouts``), whose it is (``identity``), its tables
    (``tables``), its prose (``narrative``), and the rows of the warehouse that come of it (``report_rows``)
``rules``, ``indicators``
    what the numbers are checked against, and what is calculated from them
``staging``
    the rows of all reports by year, as Parquet
``warehouse``
    the DuckDB file or DuckLake: building, publishing, querying
``export``, ``site``, ``release``, ``published``, ``mcp_server``
    what is handed on: files, pages, both to be cited, frames for programs, tools for language models

``definitions`` and ``cli`` are the two ways in.
"""

__version__ = "0.1.0"

#: Raised whenever the reader may read the same bytes differently: staging made by another version is read again.
READER_VERSION = "9"
