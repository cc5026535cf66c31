"""How much is read right, measured: ``python -m tests.accuracy`` (``make accuracy``)."""
