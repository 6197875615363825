"""What a request to the admin is about, in words for the audit: which deed, and on which object.

Most deeds tell of themselves (see listening.py). These words are for the others, and for what was
tried without success.
"""

import re

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import BinaryField
from django.urls import reverse

from .models import Event


def _with_a_comment(request) -> str:
    if request.POST.get("mark"):
        return "标记意见是否处理"
    return "写意见" if request.POST.get("text", "").strip() else ""


def _with_an_import(request) -> str:
    pressed = request.POST.get("do", "").partition(":")[0]
    words = {
        "join": "与上一个案例合并",
        "unjoin": "撤销合并",
        "uncut": "撤销拆分",
        "reread": "已看过更新的读法",
    }
    return words.get(pressed, "保存核对的内容")


def _with_many(request) -> str:
    """The label of the action in a list; a list's own fields are told of by the admin's log."""
    name, model = request.POST.get("action", ""), _model(request)
    if not name or model is None or not admin.site.is_registered(model):
        return ""
    actions = admin.site.get_model_admin(model).get_actions(request)
    return str(actions[name][2]) if name in actions else "对所选的操作"


# By the name of the address: words, or what finds them for a request. "": it is no deed at all.
WORDS = {
    "cases_case_comment": _with_a_comment,
    "cases_noticeupload_add": "上传文件",
    "cases_noticeupload_again": "再看一遍这份通知的文件",
    "cases_noticeupload_change": _with_an_import,
    "cases_noticeupload_confirm": "确认导入",
    "cases_noticeupload_discard": "放弃这份文件",
    "cases_noticeupload_next": "读取上传的文件",
    "cases_noticeupload_text": "拆成两个案例",
    "cases_notice_file": "下载原件",
    "search_searchlog_report": "查看检索报告",
    "password_change": "修改自己的密码",
    "auth_user_password_change": "重设密码",
    "two_steps": "设置两步验证",
    "resume": "不要超时前填写的内容",
}
# By the end of the name of the address.
ENDINGS = {
    "sheet": "上传表格",
    "sheet_export": "导出表格",
    "sheet_preview": lambda request: "放弃表格" if "discard" in request.POST else "确认导入表格",
    "changelist": _with_many,
    "review": "对比和审核",
    "compare": "对比两个版本",
    "history": "查看历史",
    "preview": "预览",
    "live": "预览",
}
EVENTS = {
    "add": Event.ADD,
    "change": Event.CHANGE,
    "delete": Event.DELETE,
    "merge": Event.MERGE,
    "restore": Event.RESTORE,
    "sheet_export": Event.EXPORT,
    "sheet_preview": Event.IMPORT,
    "noticeupload_confirm": Event.IMPORT,
    "search_index": Event.REBUILD,
    "password_change": Event.PERMISSION,
    "two_steps": Event.SECOND_FACTOR,
}
# Asked for by an action of a list, a button of a form, or an address of their own.
STEPS = {
    Event.SUBMIT,
    Event.PUBLISH,
    Event.SEND_BACK,
    Event.WITHDRAW,
    Event.REVISE,
    Event.DISCARD,
    Event.DELETE,
}
PAGES = {"changelist": "列表", "add": "添加页面", "change": "详细页面", "delete": "删除页面"}
# The number in these addresses is that of something else than what the address begins with.
OF_ANOTHER = ("_again", "_file", "_sheet_preview")


def name_of(request) -> str:
    """The name of the address; "" where Django only leads on from it."""
    match = request.resolver_match
    return match.url_name or "" if match else ""


def event_of(request) -> Event:
    """What was asked for; looking at a page is none of the events."""
    if request.method != "POST":
        return Event.OTHER
    name = name_of(request)
    asked = ""
    if name.endswith("_step"):
        asked = request.resolver_match.kwargs["name"]
    elif name.endswith("_changelist"):
        asked = request.POST.get("action", "").removesuffix("_selected")
    elif name.endswith(("_add", "_change")):
        asked = next((step for step in ("submit", "publish") if f"_{step}" in request.POST), "")
    # What was sent is anybody's: nobody logs in, say, by sending the word.
    if asked in STEPS:
        return Event(asked)
    return _by_ending(EVENTS, name) or Event.OTHER


def words_of(request) -> str:
    """What a POST does; "" where it does nothing, or where the event says all there is to say."""
    name = name_of(request)
    found = WORDS.get(name)
    if found is None:
        found = _by_ending(ENDINGS, name)
    if found is None and event_of(request) is Event.OTHER:
        return f"提交 {request.path}"
    return found(request) if callable(found) else found or ""


def was_done(request) -> bool:
    """Whether a POST that was answered without complaint, and told of by nobody, did anything."""
    name = name_of(request)
    if name == "cases_noticeupload_text":
        return any(message.level == messages.SUCCESS for message in news(request))
    if name.endswith("_sheet_preview"):
        return "discard" in request.POST
    # These tell of themselves when they do something; files are read without anybody's doing.
    endings = ("_confirm", "_discard", "_again", "_next", "_merge", "_restore", "_step", "_delete")
    return not name.endswith(endings)


def news(request) -> list:
    """The messages that this request leaves for the next page."""
    return list(getattr(messages.get_messages(request), "_queued_messages", ()))


def attempt(request) -> str:
    """What somebody tried, in words."""
    if request.method == "POST" and name_of(request):
        return words_of(request) or event_of(request).label
    name = name_of(request)
    page = _by_ending(PAGES, name) or WORDS.get(name) or _by_ending(ENDINGS, name)
    return f"打开{page}" if isinstance(page, str) and page else f"打开 {request.path}"


def object_of(request) -> dict:
    """The object's type, number and name, as far as the address tells, or the list's one tick."""
    model = _model(request)
    if model is None or name_of(request) == "search_index":
        return {}
    told = {"object_type": str(model._meta.verbose_name)}
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    key = next((str(kwargs[name]) for name in ("object_id", "pk", "id") if name in kwargs), "")
    ticked = request.POST.getlist("_selected_action")
    if not key and len(ticked) == 1:
        key = ticked[0]
    number = re.match(r"\d{1,18}", key)
    if number and not name_of(request).endswith(OF_ANOTHER):
        told["object_id"] = number[0]
        # Whatever is large about it stays where it is.
        large = [field.name for field in model._meta.fields if isinstance(field, BinaryField)]
        found = model._base_manager.defer(*large).filter(pk=number[0]).first()
        told["object_name"] = str(found) if found else ""
    return told


def _model(request):
    """The model whose pages stand at the address: /admin/<app>/<model>/…"""
    parts = request.path.removeprefix(reverse("admin:index")).split("/")
    try:
        return apps.get_model(*parts[:2])
    except (LookupError, ValueError, TypeError):
        return None


def _by_ending(words: dict, name: str):
    endings = [end for end in words if name == end or name.endswith(f"_{end}")]
    return words[max(endings, key=len)] if endings else None
