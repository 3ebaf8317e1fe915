"""What the standard's pages have in common: which edition is shown, who may edit, how an edit form answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.gates import demand
from yipanqi.standards import selectors
from yipanqi.standards.models import Edition


def edition_of(request: HttpRequest, code: str = "") -> Edition | None:
    """The edition named by `code` or in the address, else the current one, else the newest; None before there is any.

    Raises Http404 for a code that no edition has.
    """
    rows = selectors.visible_to(request.user, Edition.objects.all())
    if wanted := code or request.GET.get("edition", ""):
        return get_object_or_404(rows, code=wanted)
    return selectors.current_edition() or rows.first()


def named_edition(request: HttpRequest, code: str) -> Edition:
    """The edition of that code, or Http404."""
    edition = edition_of(request, code)
    if edition is None:
        raise Http404
    return edition


def require(request: HttpRequest, name: str, subject: Any = None) -> None:
    """Raise NotAllowed unless the person may perform the action `name` ("standards.verb")."""
    demand(request.user, name, subject)


def edit_page(
    request: HttpRequest,
    form: BaseForm,
    save: Callable[[], Any],
    *,
    title: str,
    done: str,
    back: str,
    template: str = "standards/edit.html",
    **context: Any,
) -> HttpResponse:
    """Show a form, or save it and go `back`; a refusal stands in the form with everything typed still there.

    Args:
        save: calls the action with the form's cleaned values; it may return the address to go to instead of `back`.
        done: the sentence shown afterwards.
    """
    if request.method == "POST" and form.is_valid():
        try:
            made = save()
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, done)
            return redirect(made if isinstance(made, str) else back)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "title": title, "back": back, **context}, status=status)


def done(request: HttpRequest, words: str, back: str) -> HttpResponse:
    """Say what was done and go back."""
    messages.success(request, words)
    return redirect(back)


def saved() -> str:
    """The usual sentence after saving."""
    return _("已保存")
