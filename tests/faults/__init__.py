"""A running city that is struck down again and again: its processes, its load, the one who strikes, and the count afterwards."""
