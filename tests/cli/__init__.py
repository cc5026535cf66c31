"""The ``ogi`` command: its words, output and exit codes."""
