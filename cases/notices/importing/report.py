"""What an import did, or would do: frozen, plain values for the command, the admin and tests."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..parsed import ParsedCase, Problem


class Outcome(StrEnum):
    """What became of a case; the value is the word that users read."""

    NEW = "新增"
    UPDATED = "更新"
    UNCHANGED = "未变"
    DIFFERING = "有差异，未覆盖"


@dataclass(frozen=True)
class Suggested:
    """What is proposed for a case beside its text: codes, and names where readers see names."""

    region: str | None
    region_code: str | None
    level: str | None
    themes: tuple[str, ...]
    theme_names: tuple[str, ...]
    approaches: tuple[str, ...]
    bodies: tuple[str, ...]


@dataclass(frozen=True)
class CaseReport:
    """One case of the file. `differences` names the parts that differ from the library."""

    parsed: ParsedCase
    suggested: Suggested
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    differences: tuple[str, ...] = ()
    published: bool = False

    def as_json(self) -> dict[str, object]:
        return {
            "number": self.parsed.number,
            "title": self.parsed.title,
            "region": self.suggested.region,
            "region_code": self.suggested.region_code,
            "level": self.suggested.level,
            "themes": list(self.suggested.themes),
            "approaches": list(self.suggested.approaches),
            "bodies": list(self.suggested.bodies),
            "sections": [
                {"heading": section.heading, "kind": section.kind, "text": section.text}
                for section in self.parsed.sections
            ],
            "problems": [_problem_as_json(problem) for problem in self.problems],
        }


@dataclass(frozen=True)
class ImportReport:
    """The whole import.

    notice_id  None where nothing was kept: a dry run of a new notice, or no case at all
    missing    cases of the library that the file no longer has, as 第 3 个案例《…》;
               原第 3 个 where another case has that number now
    """

    title: str
    doc_number: str
    issuer: str
    issued_on: date | None
    letter: tuple[str, ...]
    cases: tuple[CaseReport, ...]
    problems: tuple[Problem, ...]
    missing: tuple[str, ...] = ()
    notice_id: int | None = None
    notice_is_new: bool = False
    dry_run: bool = False

    def with_outcome(self, outcome: Outcome) -> tuple[CaseReport, ...]:
        return tuple(case for case in self.cases if case.outcome is outcome)

    def as_json(self) -> dict[str, object]:
        """What `import_notice --json` prints."""
        return {
            "notice": {
                "title": self.title,
                "doc_number": self.doc_number,
                "issuer": self.issuer,
                "issued_on": self.issued_on.isoformat() if self.issued_on else None,
                "letter": list(self.letter),
            },
            "cases": [case.as_json() for case in self.cases],
            "problems": [_problem_as_json(problem) for problem in self.problems],
        }


def _problem_as_json(problem: Problem) -> dict[str, object]:
    return {
        "message": problem.message,
        "paragraph": problem.paragraph,
        "position": problem.position,
    }
