"""How a notice is laid out: letter, marks, titles, sections. `parser.py` is the door."""
