"""What takes longer: kills, faults, readers beside publications, 6,000 reports, every seed, runs one after another."""
