"""适老模式: large print and high contrast, remembered in a cookie, without JavaScript."""

from django.http import HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

COOKIE = "display"
LARGE = "large"
ONE_YEAR = 365 * 24 * 3600


def display_mode(get_response):
    """Middleware: `request.large_print` for the templates."""

    def middleware(request):
        request.large_print = request.COOKIES.get(COOKIE) == LARGE
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


# A token would set a cookie on every page; all that a forged request could do is enlarge the text.
@csrf_exempt
@require_POST
def change_display(request):
    """Switch to large print or back, and return to the page that the reader was on."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.POST.get("mode") == LARGE:
        response.set_cookie(
            COOKIE, LARGE, ONE_YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
