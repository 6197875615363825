"""The formats that notices come in: bytes -> paragraphs. `reader.py` chooses among them."""
