"""Numbers in official prose: what was reached, and by how much. `outcomes.py` is the door."""
