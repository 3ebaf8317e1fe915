"""Pages of the office, one file per place of the house."""
