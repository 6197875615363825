"""What an import would do, and did: matching, plans, decisions. `importer.py` is the door."""
