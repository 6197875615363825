"""What the library holds: cases, the notices that they came in, and the terms that order them."""

from .adoption import Adoption, AdoptionStatus
from .cases import COPIER_FIELDS, Case, Maturity, Section, SectionKind
from .changes import ContentChange
from .notices import Notice, NoticeFile
from .outcomes import Outcome, OutcomeKind
from .regions import Level, Region, RegionKind
from .reports import ErrorReport, ReportState
from .sheets import Sheet, SheetKind
from .terms import Approach, IssuingBody, Theme
from .uploads import NoticeUpload, UploadState
from .workflow import Action, CaseComment, CaseVersion, Status

__all__ = [
    "COPIER_FIELDS",
    "Action",
    "Adoption",
    "AdoptionStatus",
    "Approach",
    "Case",
    "CaseComment",
    "CaseVersion",
    "ContentChange",
    "ErrorReport",
    "IssuingBody",
    "Level",
    "Maturity",
    "Notice",
    "NoticeFile",
    "NoticeUpload",
    "Outcome",
    "OutcomeKind",
    "Region",
    "RegionKind",
    "ReportState",
    "Section",
    "SectionKind",
    "Sheet",
    "SheetKind",
    "Status",
    "Theme",
    "UploadState",
]
