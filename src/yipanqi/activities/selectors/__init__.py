"""Reads of activities: plans, who signed up, who may stay, who was there."""
