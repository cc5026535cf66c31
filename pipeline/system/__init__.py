"""What the operating system gives: locks, process pools, renames, and remedies for its faults."""
