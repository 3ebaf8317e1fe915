"""What `./yipanqi bench` runs: each measure prints our figure, its floor and their ratio."""
