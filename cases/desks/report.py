"""纠错: a reader says what is wrong; staff find it on their desk."""

from urllib.parse import urlsplit

from django import forms
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ..models import Case, ErrorReport


class ReportForm(forms.ModelForm):
    # People do not see it; programs that fill in everything do.
    website = forms.CharField(required=False)

    class Meta:
        model = ErrorReport
        fields = ("page", "text", "contact")
        widgets = {"page": forms.HiddenInput, "text": forms.Textarea(attrs={"rows": 6})}
        error_messages = {
            "text": {"required": "请写明哪里不对。", "max_length": "请缩短到 1000 字以内。"},
            "contact": {"max_length": "请缩短到 100 字以内。"},
        }

    def clean_page(self):
        """The path of a page of this site, or nothing."""
        page = self.cleaned_data["page"]
        parts = urlsplit(page)
        return parts.path if not parts.netloc and parts.path.startswith("/") else ""


def report(request):
    if request.method == "POST":
        form = ReportForm(request.POST)
        if form.is_valid():
            if not form.cleaned_data["website"]:
                form.instance.case = case_at(form.cleaned_data["page"])
                form.save()
            return redirect("report-thanks")
    else:
        form = ReportForm(initial={"page": page_of(request)})
    return render(request, "report.html", {"form": form, "page": form["page"].value()})


def thanks(request):
    return render(request, "report_thanks.html")


def page_of(request) -> str:
    """The page of this site that the reader came from; "" where that is unknown."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        return ""
    path = urlsplit(referrer).path
    return "" if path == reverse("report") else path[:500]


def case_at(path: str) -> Case | None:
    """The published case whose page that is."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    if found.url_name != "case":
        return None
    return Case.objects.published().filter(pk=found.kwargs["pk"]).first()
