"""The JSON API under `/sim/api/`: people, faults, and looking at what the bot did."""
