"""From a notice as it was issued to its cases: reading, parsing, suggesting, importing."""
