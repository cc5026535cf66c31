"""What the operating system gives: locks, processes, and remedies for its faults."""
