"""The audit as a table to take along."""

from django.utils import timezone

from cases.exports.tables import table_response

HEADINGS = (
    "编号",
    "时间",
    "用户名",
    "地址",
    "事件",
    "对象类型",
    "对象编号",
    "对象",
    "结果",
    "说明",
    "校验值",
)
KINDS = ("xlsx", "csv")


def export_response(events, kind: str):
    """The events in the order given, a thousand in memory at a time."""
    return table_response("操作审计", HEADINGS, map(_row, events.iterator(chunk_size=1000)), kind)


def _row(event):
    return (
        event.pk,
        f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}",
        event.user_name,
        event.address,
        event.get_event_display(),
        event.object_type,
        event.object_id,
        event.object_name,
        event.outcome,
        event.detail,
        event.digest,
    )
