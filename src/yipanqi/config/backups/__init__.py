"""Backups: the database as of one moment, every file that it names, and a manifest against which a restore is proved."""
