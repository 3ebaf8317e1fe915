"""Phone pages of inspectors: today, one place, verification."""
