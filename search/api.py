"""The read API's search: the same parameters, request and results as the page."""

from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api import CaseSummarySerializer
from cases.filters import CaseFilter
from cases.freshness import page
from cases.models import Case

from .facets import FACETS
from .index import IndexUnavailable
from .labels import label_facets
from .request import read_request
from .searching import MAX_PAGE_SIZE, PAGE_SIZE, SORTS, search
from .similar import similar_cases


class SearchUnavailable(APIException):
    status_code = 503
    default_code = "search_unavailable"


class SnippetSerializer(serializers.Serializer):
    section = serializers.CharField(help_text="所在部分的小标题")
    text = serializers.CharField()


class HitSerializer(CaseSummarySerializer):
    snippets = SnippetSerializer(many=True)
    score = serializers.FloatField(help_text="相关度，没有关键词时为 0")

    class Meta(CaseSummarySerializer.Meta):
        fields = [*CaseSummarySerializer.Meta.fields, "snippets", "score"]


class FacetValueSerializer(serializers.Serializer):
    value = serializers.CharField(help_text="用作同名参数的值")
    label = serializers.CharField()
    count = serializers.IntegerField(help_text="选上它会有多少个案例")
    selected = serializers.BooleanField()


# One list of values for each facet.
FacetsSerializer = type(
    "FacetsSerializer",
    (serializers.Serializer,),
    {name: FacetValueSerializer(many=True) for name in FACETS},
)


class CorrectionSerializer(serializers.Serializer):
    typed = serializers.CharField()
    meant = serializers.CharField()
    how = serializers.ChoiceField(choices=["typo", "pinyin", "initials"])


class ResultsSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    full = serializers.IntegerField(help_text="其中完全符合的有几个")
    partial = serializers.BooleanField(help_text="没有案例包含全部词语，结果只符合其中一部分")
    corrections = CorrectionSerializer(many=True, help_text="按什么检索、原来输入的是什么")
    places = serializers.ListField(
        child=serializers.CharField(), help_text="从检索词里认出、用来筛选的地区"
    )
    results = HitSerializer(many=True)
    facets = FacetsSerializer()


def _parameters():
    repeated = "可重复给出，几个值之间是“或”"
    filters = [
        OpenApiParameter(name, str, many=True, description=f"{one.label}；{repeated}")
        for name, one in CaseFilter.base_filters.items()
    ]
    return [
        OpenApiParameter("q", str, description="关键词"),
        *filters,
        OpenApiParameter("typed", str, description="与 q 相同时，不更正错字和拼音"),
        OpenApiParameter("anywhere", str, description="与 q 相同时，检索词里的地名不作筛选"),
        OpenApiParameter("sort", str, enum=list(SORTS), description="排序，默认按相关度"),
        OpenApiParameter("page", int, description="第几页，从 1 开始"),
        OpenApiParameter(
            "page_size", int, description=f"每页几条，默认 {PAGE_SIZE}，最多 {MAX_PAGE_SIZE}"
        ),
    ]


@method_decorator(page, name="dispatch")
class CaseList(APIView):
    """检索已发布的案例，附各分面的数量。"""

    @extend_schema(
        operation_id="cases_list",
        parameters=_parameters(),
        responses={200: ResultsSerializer, 400: OpenApiTypes.OBJECT, 503: OpenApiTypes.OBJECT},
    )
    def get(self, request):
        read = read_request(request.query_params)
        if read.problems:
            raise ValidationError(
                {problem.parameter: [problem.message] for problem in read.problems}
            )
        try:
            results = search(read.request)
        except IndexUnavailable as error:
            raise SearchUnavailable(str(error)) from error
        if read.request.page > results.pages:
            raise ValidationError({"page": [f"只有 {results.pages} 页。"]})
        context = {"request": request}
        prefetch_related_objects([hit.case for hit in results.hits], "other_themes", "approaches")
        return Response(
            {
                "count": results.total,
                "page": results.page,
                "page_size": results.request.page_size,
                "full": results.full,
                "partial": results.partial,
                "corrections": CorrectionSerializer(results.query.corrections, many=True).data,
                "places": [place.name for place in results.query.places if place.has_cases],
                "results": [
                    CaseSummarySerializer(hit.case, context=context).data
                    | {
                        "snippets": SnippetSerializer([hit.snippet], many=True).data
                        if hit.snippet
                        else [],
                        "score": hit.score,
                    }
                    for hit in results.hits
                ],
                "facets": {
                    facet.name: FacetValueSerializer(facet.values, many=True).data
                    for facet in label_facets(results)
                },
            }
        )


class SimilarSerializer(serializers.Serializer):
    case = CaseSummarySerializer()
    terms = serializers.ListField(child=serializers.CharField(), help_text="共同的关键词")
    themes = serializers.ListField(child=serializers.CharField(), help_text="共同的领域")
    approaches = serializers.ListField(child=serializers.CharField(), help_text="共同的改革手段")


@method_decorator(page, name="dispatch")
class SimilarCases(APIView):
    """与一个案例相近的案例和理由，外地的在前。"""

    @extend_schema(operation_id="cases_similar", responses={200: SimilarSerializer(many=True)})
    def get(self, request, pk):
        case = get_object_or_404(Case.objects.published().with_text(), pk=pk)
        try:
            found = similar_cases(case)
        except IndexUnavailable as error:
            raise SearchUnavailable(str(error)) from error
        shown = ("notice", "primary_theme", "other_themes", "approaches")
        prefetch_related_objects([one.case for one in found], *shown)
        return Response(SimilarSerializer(found, many=True, context={"request": request}).data)
