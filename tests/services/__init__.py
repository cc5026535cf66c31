"""Lakes, stores, mirrors and distributed runs, with PostgreSQL, Redis and an S3-compatible store of the tests'."""
