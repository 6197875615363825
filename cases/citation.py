"""The line by which a case is cited, in the form of GB/T 7714."""

import datetime


def citation(case, address: str, today: datetime.date) -> str:
    """An electronic resource [EB/OL] within its notice: who. what//where. (date)[seen]. address."""
    notice = case.notice
    author = f"{notice.issuer}. " if notice and notice.issuer else ""
    source = f"//{notice.title}" if notice else ""
    dated = f"({case.dated})" if case.dated else ""
    return f"{author}{case.title}[EB/OL]{source}. {dated}[{today}]. {address}."
