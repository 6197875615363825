"""What a reader means by a few characters: spelling, sound, numerals, places, synonyms, operators.

Pure: no Django, no index. `query.py` puts it together.
"""
