"""Whether the audit is still what was written: each row's digest, and the rows before it."""

from collections.abc import Iterator

from .models import AuditEvent

CHUNK = 1000


def damaged_rows() -> Iterator[tuple[int, str]]:
    """(number, what is wrong in Chinese) for every row that does not fit, oldest first.

    A row whose predecessor has expired is taken as it is. The newest row has nobody after it who
    would miss it; nor has one that was written in the same moment as another.
    """
    digests: dict[int, str] = {}
    first = None
    rows = AuditEvent.objects.order_by("pk")
    for row in rows.iterator(chunk_size=CHUNK):
        first = row.pk if first is None else first
        digests[row.pk] = row.digest
        if row.previous is not None and row.previous < first:
            continue
        if row.previous is not None and row.previous not in digests:
            yield row.pk, f"它前面的第 {row.previous} 条不见了"
        elif row.digest != row.seal(digests.get(row.previous, "")):
            yield row.pk, "内容与写入时不一致"
