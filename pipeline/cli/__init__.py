"""The ``ogi`` command; ``main`` has the group of all commands."""
