"""The guide of docs/guide inside the application: one page a role, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from yipanqi.people.models import Role, User

#: An installed package carries the guide with it; beside the sources it lies in docs/.
DOCS = next(
    (
        folder
        for folder in (settings.PACKAGE / "docs", settings.PACKAGE.parents[1] / "docs")
        if (folder / "guide").is_dir()
    ),
    settings.PACKAGE / "docs",
)
PAGES = (
    "resident",
    "desk",
    "unit",
    "duty",
    "inspector",
    "grid",
    "practice",
    "station",
    "team",
    "activities",
    "attendance",
    "volunteers",
    "records",
    "points",
    "leader",
    "auditor",
    "office",
    "admin",
    "programs",
    "security",
)
PAGE_OF = {
    Role.HEAD: "office", Role.DESK: "desk", Role.UNIT_LEADER: "unit", Role.LIAISON: "unit", Role.INSPECTOR: "inspector",
    Role.GRID: "grid", Role.CENTRE: "practice", Role.STATION: "station", Role.LEADER: "leader", Role.AUDITOR: "auditor", Role.ADMIN: "admin", Role.API: "programs",
}  # fmt: skip
#: Those whom no appointment sends to a page: the first whose right they have.
WITHOUT_ROLE = {"teams.see_lead": "team", "volunteers.see_own_page": "volunteers"}
ADDRESS = re.compile(r"/[a-z0-9_/-]*")


@require_safe
def own_page(request: HttpRequest) -> HttpResponse:
    """To the page of the person's role, of a volunteer without one to the volunteers'; without signing in to the residents'."""
    roles = request.user.roles if isinstance(request.user, User) else frozenset()
    other = next((page for right, page in WITHOUT_ROLE.items() if request.user.has_perm(right)), "resident")
    return redirect("guide", next((page for role, page in PAGE_OF.items() if role in roles), other))


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the guide, with the list of all."""
    if name not in PAGES:
        raise Http404
    language = "en" if get_language() == "en" else "zh"
    title, body = shown(language, name)
    known = isinstance(request.user, User)
    context = {
        "layout": "base.html" if known else "base_public.html", "title": title, "body": body, "here": name,
        "pages": [(one, shown(language, one)[0]) for one in PAGES],
    }  # fmt: skip
    return render(request, "config/guide.html", context)


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture that a page of the guide shows."""
    path = DOCS / "screenshots" / f"{name}.png"
    if not path.is_file():
        raise Http404
    answer = FileResponse(path.open("rb"), content_type="image/png")
    answer["Cache-Control"] = "public, max-age=86400"
    return answer


@cache
def shown(language: str, name: str) -> tuple[str, str]:
    """Title and HTML of a page. HTML inside the text is not let through. Raises Http404 when the guide is not installed."""
    path: Path = DOCS / "guide" / language / f"{name}.md"
    if not path.is_file():
        raise Http404
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(path.read_text("utf-8"))
    title = tokens[1].content
    markdown.add_render_rule("link_open", _link_open)
    markdown.add_render_rule("image", _image)
    markdown.add_render_rule("code_inline", _code)
    markdown.add_render_rule("table_open", lambda *_more: '<div class="table-responsive"><table class="table">')
    markdown.add_render_rule("table_close", lambda *_more: "</table></div>")
    return title, markdown.renderer.render(tokens[3:], markdown.options, {})


def _link_open(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Links between pages of the guide lead to the pages here; those to other files of the repository lead nowhere."""
    name = str(tokens[at].attrs.get("href", "")).removesuffix(".md")
    return f'<a href="{reverse("guide", args=[name])}">' if name in PAGES else "<a>"


def _image(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    name = Path(str(tokens[at].attrs.get("src", ""))).stem
    words = self.renderInlineAsText(tokens[at].children or [], options, env)
    return f'<img class="guide-picture" loading="lazy" src="{reverse("guide_picture", args=[name])}" alt="{words}">'


def _code(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """An address of the application, such as `/inbox/`, can be followed."""
    code = self.code_inline(tokens, at, options, env)
    return f'<a href="{tokens[at].content}">{code}</a>' if _is_page(tokens[at].content) else code


def _is_page(text: str) -> bool:
    """Whether a text is the address of a page; those of the programs' interfaces stand for many operations."""
    if not ADDRESS.fullmatch(text) or text.startswith(("/api/v1/", "/open311/")) and text != "/api/v1/docs":
        return False
    try:
        resolve(text)
    except Resolver404:
        return False
    return True
