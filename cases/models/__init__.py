"""What the library holds: cases, the notices that they came in, and the terms that order them."""

from .cases import Case, Maturity, Section, SectionKind, Status
from .changes import ContentChange
from .notices import Notice, NoticeFile
from .regions import Level, Region, RegionKind
from .terms import Approach, IssuingBody, Theme

__all__ = [
    "Approach",
    "Case",
    "ContentChange",
    "IssuingBody",
    "Level",
    "Maturity",
    "Notice",
    "NoticeFile",
    "Region",
    "RegionKind",
    "Section",
    "SectionKind",
    "Status",
    "Theme",
]
