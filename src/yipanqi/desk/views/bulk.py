"""One move on many cases of the list: those that were ticked, or all that its filters leave; what is asked beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yipanqi.batches import actions, running, verbs
from yipanqi.batches.catalogue import AT_ONCE, MOST, VERBS
from yipanqi.batches.selectors import rows_of
from yipanqi.cases.models import Case
from yipanqi.cases.states import CASE
from yipanqi.desk.bulk import by_state, look, offered
from yipanqi.desk.choosing import chosen
from yipanqi.desk.forms import CaseFilter
from yipanqi.desk.views.gates import gate, person
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.gates import demand
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@gate("cases.see_cases")
def bulk(request: HttpRequest) -> HttpResponse:
    """A few chosen cases and a move that asks nothing are done at once. For more, for all that a list shows, and where
    something must be said, a page asks first; what is many goes to the worker.

    Raises:
        Refused: nothing chosen, too many, or a move that is not offered for many.
    """
    sent = request.POST if request.method == "POST" else request.GET
    verb = sent.get("move", "")
    if request.method != "POST" or verb in ("", "more"):
        return _choose(request, sent)
    if verb not in VERBS:
        raise Refused(_("这一步不能批量办理。"))
    demand(person(request), f"batches.use_{verb}")
    numbers, query = sent.getlist("number"), sent.get("query")
    ids = _ids(person(request), query) if query is not None else []
    n = len(ids) if query is not None else len(set(numbers))
    if not n:
        raise Refused(_("没有选中案件，请返回列表勾选。"))
    at_once, form = n <= int(policy_value(AT_ONCE.key)), verbs.form_of(verb, sent if "asked" in sent else None)
    if "asked" not in sent and (query is not None or not at_once or verbs.asks(verb)):
        return _ask(request, verb, form, n, ids)
    if "asked" in sent and (not form.is_valid() or sent["asked"] != str(n)):
        return _ask(request, verb, form, n, ids, changed=sent["asked"] != str(n))
    made = actions.ask(
        None, verb=verb, numbers=numbers if query is None else (), ids=ids, given={name: sent.get(name, "") for name in form.fields}, words=_words(person(request), query, n),
        back=_back(sent), at_once=at_once, by=person(request), at=timezone.now(),
    )  # fmt: skip
    if at_once:
        running.run_now(made)
    return redirect("batches:batch", made.uuid)


@require_safe
@gate("cases.see_cases")
def count(request: HttpRequest) -> HttpResponse:
    """How many cases the filters leave, counted up to what is done at once: for the bar of the list."""
    return render(request, "desk/_bulk_all.html", {"query": request.GET.urlencode()} | _counted(person(request), request.GET))


def _choose(request: HttpRequest, sent: QueryDict) -> HttpResponse:
    """Which move, for the cases that were ticked or for all that the filters leave."""
    user, numbers = person(request), sent.getlist("number")
    context: dict[str, Any] = {"moves": offered(user), "back": _back(sent)}
    if numbers:
        context |= {"numbers": numbers, "n": len(set(numbers)), "what": _what(len(set(numbers)))}
    else:
        query = request.GET.urlencode()
        context |= {"query": query, "words": _words(user, query, 0), "back": f"{reverse('desk:cases')}?{query}"} | _counted(user, request.GET)
        context["what"] = _what(context["n"])
    if 0 < context["n"] <= int(policy_value(MOST.key)):
        states = by_state(user, _rows_of(user, numbers) if numbers else [pk for pk, _number in _ids(user, context["query"])])
        context["states"] = [(CASE.states[state], n) for state, n in states.most_common()]
        for move in context["moves"]:
            move["fit"] = sum(states[state] for state in CASE.moves[move["value"]].source)
    return render(request, "desk/bulk.html", context)


def _ask(request: HttpRequest, verb: str, form: Any, n: int, ids: Sequence[tuple[int, str]], *, changed: bool = False) -> HttpResponse:
    """What the move asks for, and on how many cases it is made, which, and on how many not and why."""
    sent, query = request.POST, request.POST.get("query")
    most = int(policy_value(MOST.key))
    context = {
        "verb": verb, "title": CASE.moves[verb].title, "form": form, "n": n, "back": _back(sent), "changed": changed,
        "confirm": verbs.question(verb, _what(n)), "too_many": n > most, "most": most, "query": query,
        "numbers": sent.getlist("number") if query is None else [], "words": _words(person(request), query, n) if query is not None else "",
    }  # fmt: skip
    if n <= most:
        rows = [pk for pk, _number in ids] if query is not None else _rows_of(person(request), sent.getlist("number"))
        context["look"] = look(person(request), verb, rows, 0 if query is not None else n - len(rows))
    return render(request, "desk/bulk.html", context, status=422 if form.errors else 409 if changed else 200)


def _rows_of(user: User, numbers: Sequence[str]) -> list[int]:
    """The row ids of the numbers that were ticked, each once, in their order."""
    found = rows_of(list(dict.fromkeys(numbers)), user)
    return [found[number] for number in dict.fromkeys(numbers) if number in found]


def _what(n: int) -> str:
    return ngettext("这 %(n)d 条案件", "这 %(n)d 条案件", n) % {"n": n}


def _rows(user: User, query: QueryDict) -> tuple[QuerySet[Case], tuple[str, ...]]:
    queryset, order, _title = chosen(user, CaseFilter(query))
    return queryset, order


def _counted(user: User, query: QueryDict) -> dict[str, Any]:
    most = int(policy_value(MOST.key))
    rows, _order = _rows(user, query)
    n = rows.order_by()[: most + 1].count()
    return {"n": n, "too_many": n > most, "most": most}


def _ids(user: User, query: str) -> list[tuple[int, str]]:
    """Row ids and numbers of all that the filters leave, as they are now, in the order of the list; one more than are taken."""
    rows, order = _rows(user, QueryDict(query))
    return list(rows.order_by(*order).values_list("pk", "number")[: int(policy_value(MOST.key)) + 1])


def _words(user: User, query: str | None, n: int) -> str:
    """What was chosen, in words."""
    if query is None:
        return _("在列表中勾选的")
    asked = QueryDict(query)
    form = CaseFilter(asked)
    _rows_of, _order, title = chosen(user, form)
    said: Iterable[str] = (f"{chip['label']} {chip['words']}" for chip in form.chips(asked, title))
    return _("；").join(said) or _("全部案件")


def _back(sent: QueryDict) -> str:
    back = sent.get("back", "")
    return back if back.startswith("/cases/") else reverse("desk:cases")
