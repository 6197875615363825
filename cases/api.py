"""The read API's view of a case: JSON for other systems, published cases only."""

from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import generics, serializers

from .freshness import page
from .models import Case, Level, Section


class TermSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="不会更改的代码")
    name = serializers.CharField()


class RegionSerializer(TermSerializer):
    path = serializers.CharField(help_text="从省到本级，如“福建省 > 福州市 > 晋安区”")


class NoticeSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()


class CaseSummarySerializer(serializers.ModelSerializer):
    """A case as a list entry."""

    url = serializers.SerializerMethodField(help_text="案例页面的完整网址")
    notice = NoticeSerializer(allow_null=True)
    region = RegionSerializer()
    level = serializers.ChoiceField(choices=Level.choices)
    primary_theme = TermSerializer(allow_null=True)
    themes = TermSerializer(many=True, help_text="主要领域在前")
    approaches = TermSerializer(many=True)

    class Meta:
        model = Case
        fields = [
            "id",
            "url",
            "notice",
            "number",
            "title",
            "region",
            "level",
            "primary_theme",
            "themes",
            "approaches",
            "highlight",
        ]

    @extend_schema_field(serializers.URLField())
    def get_url(self, case):
        return self.context["request"].build_absolute_uri(case.get_absolute_url())


class SectionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Section
        fields = ["heading", "kind", "text"]


class CaseSerializer(CaseSummarySerializer):
    """A case with its full text."""

    sections = SectionSerializer(many=True)
    bodies = TermSerializer(many=True)
    issued_on = serializers.DateField(source="dated", help_text="通知印发或发布的日期")
    maturity = serializers.CharField(source="get_maturity_display", help_text="推广阶段，可为空")

    class Meta(CaseSummarySerializer.Meta):
        fields = [
            *CaseSummarySerializer.Meta.fields,
            "bodies",
            "maturity",
            "issued_on",
            "sections",
        ]


@method_decorator(page, name="dispatch")
@extend_schema_view(get=extend_schema(operation_id="cases_retrieve"))
class CaseDetail(generics.RetrieveAPIView):
    """一个已发布案例的全文。"""

    serializer_class = CaseSerializer

    def get_queryset(self):
        return Case.objects.published().with_text()
