"""What takes minutes: kills, faults, readers beside publications, 20,000 reports, every seed of random sequences."""
