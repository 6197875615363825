from haystack import indexes

from cases.models import Case
from search.documents import facet_values


class CaseIndex(indexes.SearchIndex, indexes.Indexable):
    text = indexes.CharField(document=True)
    dated = indexes.DateField(model_attr="dated")
    city = indexes.MultiValueField(faceted=True)
    theme = indexes.MultiValueField(faceted=True)
    level = indexes.MultiValueField(faceted=True)
    year = indexes.MultiValueField(faceted=True)
    approach = indexes.MultiValueField(faceted=True)

    def get_model(self):
        return Case

    def index_queryset(self, using=None):
        return Case.objects.published().with_text()

    def load_all_queryset(self):
        return Case.objects.with_terms()

    def prepare_text(self, case):
        parts = [case.title, case.highlight]
        for section in case.sections.all():
            parts += [section.heading, section.text]
        return "\n".join(parts)

    def prepare(self, case):
        prepared = super().prepare(case)
        for name, values in facet_values(case).items():
            if name in self.fields:
                prepared[name] = prepared[f"{name}_exact"] = values
        return prepared
