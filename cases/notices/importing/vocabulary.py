"""The library's regions and terms by natural key, as an import needs them."""

from dataclasses import dataclass
from functools import cached_property

from cases.models import Approach, IssuingBody, Region, Theme

from ..document import NoticeFileError
from ..parsing.places import Gazetteer, Place
from ..suggestions import Lexicon, Term


class LibraryNotReady(NoticeFileError):
    """Regions or themes are missing, so that nothing could be suggested or checked."""


def _lexicon(things):
    return Lexicon(Term(thing.code, thing.name, tuple(thing.cue_list)) for thing in things.values())


@dataclass(frozen=True)
class Vocabulary:
    """Code -> object, for each list; with what the suggestions are made from."""

    regions: dict[str, Region]
    themes: dict[str, Theme]
    approaches: dict[str, Approach]
    bodies: dict[str, IssuingBody]

    @classmethod
    def load(cls) -> "Vocabulary":
        """Everything in four queries. Raises LibraryNotReady before the fixtures are loaded."""
        lists = [
            {thing.code: thing for thing in model.objects.all()}
            for model in (Region, Theme, Approach, IssuingBody)
        ]
        if not (lists[0] and lists[1]):
            raise LibraryNotReady(
                "库里还没有地区和领域等基础数据，请先运行 manage.py load_fixtures，再导入通知。"
            )
        return cls(*lists)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        codes = {region.pk: region.code for region in self.regions.values()}
        return Gazetteer(
            Place(r.code, r.name, r.short_name, r.kind, codes.get(r.parent_id))
            for r in self.regions.values()
        )

    @cached_property
    def theme_lexicon(self) -> Lexicon:
        return _lexicon(self.themes)

    @cached_property
    def approach_lexicon(self) -> Lexicon:
        return _lexicon(self.approaches)

    @cached_property
    def body_lexicon(self) -> Lexicon:
        return _lexicon(self.bodies)
