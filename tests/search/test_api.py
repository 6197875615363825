import pytest
from drf_spectacular.validation import validate_schema

from cases.models import Case

pytestmark = pytest.mark.django_db


def test_the_list_answers_as_documented(client, library):
    answer = client.get("/api/v1/cases", {"q": "医保", "city": "350200"})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["count"], body["page"], body["page_size"]) == (len(body["results"]), 1, 20)
    first = body["results"][0]
    assert first["number"] == 12
    assert first["region"] == {"code": "350200", "name": "厦门市", "path": "福建省 > 厦门市"}
    assert first["level"] == "市级"
    assert first["url"].endswith(f"/cases/{first['id']}/")
    assert set(first["notice"]) == {"id", "title"}
    assert first["score"] > 0
    assert "医保" in first["snippets"][0]["text"]
    assert {"value": "350200", "label": "厦门市", "count": body["count"], "selected": True} in body[
        "facets"
    ]["city"]


def test_a_parameter_may_be_repeated(client, library):
    assert client.get("/api/v1/cases?city=350200&city=350600").json()["count"] == 6


@pytest.mark.parametrize("query", ["foo=1", "city=999999", "page_size=101", "sort=x", "level=部级"])
def test_unknown_parameters_and_values_are_refused_with_a_message(client, library, query):
    answer = client.get(f"/api/v1/cases?{query}")
    assert answer.status_code == 400
    name = query.split("=")[0]
    assert answer.json()[name][0]


@pytest.mark.parametrize("query", ["page=99", "q=a&q=b", "page=1&page=2"])
def test_nothing_is_guessed(client, library, query):
    answer = client.get(f"/api/v1/cases?{query}")
    assert answer.status_code == 400
    assert "已" not in answer.json()[query.split("=")[0]][0]


@pytest.mark.parametrize("path", ["/api/v1/nope", "/api/v1/cases/", "/api/v1/cases/abc"])
def test_addresses_that_are_not_there_answer_json(client, library, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"]


def test_pages(client, library):
    body = client.get("/api/v1/cases", {"page_size": 10, "page": 4}).json()
    assert (body["count"], body["page"], len(body["results"])) == (35, 4, 5)


def test_a_case_answers_its_sections_with_full_text(client, library):
    case = Case.objects.get(number=19)
    body = client.get(f"/api/v1/cases/{case.pk}").json()
    assert [section["kind"] for section in body["sections"]] == [
        section.kind for section in case.sections.all()
    ]
    assert [section["text"] for section in body["sections"]] == [
        section.text for section in case.sections.all()
    ]


def test_an_unpublished_case_is_not_there(client, library):
    case = Case.objects.get(number=19)
    case.withdraw()
    assert client.get(f"/api/v1/cases/{case.pk}").status_code == 404
    ids = [one["id"] for one in client.get("/api/v1/cases", {"page_size": 100}).json()["results"]]
    assert case.pk not in ids


def test_without_an_index_the_api_says_so(client, db):
    answer = client.get("/api/v1/cases")
    assert answer.status_code == 503
    assert "rebuild_index" in answer.json()["detail"]


def test_the_api_is_described(client, db):
    schema = client.get("/api/v1/openapi.json").json()
    validate_schema(schema)
    assert set(schema["paths"]) == {
        "/api/v1/cases",
        "/api/v1/cases/{id}",
        "/api/v1/cases/{id}/similar",
    }
    parameters = {one["name"] for one in schema["paths"]["/api/v1/cases"]["get"]["parameters"]}
    assert parameters >= {"q", "city", "district", "theme", "approach", "body", "level", "notice"}


def test_a_search_takes_a_bounded_number_of_queries(client, library, django_assert_max_num_queries):
    query = "q=企业&city=350000&theme=bidding&approach=data-sharing&body=taxation&level=市级"
    with django_assert_max_num_queries(20):
        client.get(f"/api/v1/cases?{query}")
    with django_assert_max_num_queries(12):
        client.get("/api/v1/cases?q=企业&city=350000")
