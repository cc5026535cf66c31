"""Every public table and view as files, with a data dictionary, a glossary and a Frictionless ``datapackage.json``.

``build.export`` is the way in. Each format is a module that writes files and reads them back (``parquet``,
``delimited``, ``xlsx``); ``folder`` replaces what an earlier export left. Documents beside the data are
``dictionary``'s, ``package``'s and ``about``'s.

Belongs here: the public tables and views for other programs. Pages for people are ``pipeline.site``'s.
"""
