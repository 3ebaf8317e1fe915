"""When the ground gives way: the database is away, the disk is full, a folder may not be written, a body is too large.

These are no bugs of a page. The answer is a clear sentence with 503 and Retry-After (413 for a body), and nothing has to
be done here once the cause is gone: connections are made anew with the next request.
"""

from __future__ import annotations

import errno
import logging
import sys

from django.core.exceptions import RequestDataTooBig
from django.db.utils import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views import defaults

from yipanqi.interop.encoding import JSON, XML, GeoReportError, refusal
from yipanqi.kernel.api import problem

log = logging.getLogger(__name__)
RETRY_AFTER_S = 10
FULL = {errno.ENOSPC, errno.EDQUOT}
DAMAGED = ("malformed", "not a database")
UNWRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM}


def words_of(error: BaseException | None) -> str:
    """What to tell people about a failure of the ground; "" for anything else."""
    if isinstance(error, DatabaseError | InterfaceError):
        return _of_database(error)
    if isinstance(error, OSError) and error.errno in FULL:
        return _("服务器磁盘已满，暂时不能保存。系统管理员腾出空间后会自动恢复。")
    if isinstance(error, OSError) and error.errno in UNWRITABLE:
        return _("服务器的文件目录不能写入，暂时不能保存文件。系统管理员恢复写入权限后会自动恢复。")
    return ""


def _of_database(error: Exception) -> str:
    text = str(error).lower()
    if any(word in text for word in DAMAGED):
        return _("数据库文件已损坏，暂时不能使用。请告诉系统管理员从备份恢复。")
    if "readonly" in text or "read-only" in text:
        return _("数据库当前只读，暂时不能保存。系统管理员恢复写入权限后会自动恢复。")
    if not isinstance(error, OperationalError | InterfaceError):
        return ""
    if "disk is full" in text or "no space left" in text:
        return _("服务器磁盘已满，暂时不能保存。系统管理员腾出空间后会自动恢复。")
    if "locked" in text:
        return _("数据库正忙，刚才这一步没有保存。请稍后再试。")
    return _("数据库暂时连不上，正在自动重连。")


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to an exception nobody caught: 503 where the ground gave way, else 500."""
    words = words_of(sys.exc_info()[1])
    if words:
        log.warning("answered 503: %s: %s", type(sys.exc_info()[1]).__name__, words)  # never its own text: a driver quotes what was sent
        return _unavailable(request, words)
    words = _("系统出错，这一步没有完成；错误已写入日志")
    if _is_api(request):
        return problem(500, words)
    return _geo_report(request, 500, words) if _is_open311(request) else defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to a request that cannot be read: 413 where it is too large, else 400."""
    if isinstance(exception, RequestDataTooBig):
        words = _("内容过大，一次最多 30 MB；请减少照片或压缩后再试。")
        return problem(413, words) if _is_api(request) else _page("413.html", words, 413)
    return problem(400) if _is_api(request) else defaults.bad_request(request, exception)


def _unavailable(request: HttpRequest, words: str) -> HttpResponse:
    if _is_api(request):
        return problem(503, words, retry_after=RETRY_AFTER_S)
    if _is_open311(request):
        return _geo_report(request, 503, words)
    answer = _page("503.html", words, 503)
    answer["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/v1/")


def _is_open311(request: HttpRequest) -> bool:
    return request.path.startswith("/open311/")


def _geo_report(request: HttpRequest, status: int, words: str) -> HttpResponse:
    """The refusal in the form that GeoReport's programs read, whatever page they stand on."""
    form = XML if request.path.endswith(".xml") else JSON
    answer = refusal(GeoReportError(status, words, RETRY_AFTER_S if status == 503 else 0), form)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _page(template: str, words: str, status: int) -> HttpResponse:
    """An error page made without request, user or database, because any of them may be what failed."""
    return HttpResponse(loader.get_template(template).render({"words": words}), status=status)
