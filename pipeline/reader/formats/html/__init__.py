"""Web pages: ``page`` is the format, the other modules are its parts."""
