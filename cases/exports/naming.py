"""What a file is called that readers save."""

import re

LONGEST = 60


def file_name(text: str) -> str:
    """The text as a name that every system takes, without its ending.

    No signs that Windows refuses, none that are not seen, and not too long.
    """
    seen = re.sub(r'[\s\\/:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]+', " ", text)
    return seen.strip(" ._")[:LONGEST].strip(" ._") or "案例"
