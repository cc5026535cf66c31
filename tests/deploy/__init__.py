"""What ``deploy/`` ships, and that it runs."""
