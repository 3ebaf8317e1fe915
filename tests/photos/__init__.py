"""How often photos are known again, and how often one is taken for another."""
