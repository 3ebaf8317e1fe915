"""Forms of the office's lists and pages. The forms of a case's moves are those of cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.models import Source
from yipanqi.cases.selectors import cell_range
from yipanqi.cases.states import State
from yipanqi.desk.spots import around
from yipanqi.kernel.stamps import cached
from yipanqi.people.lookup import Words, look_up, spoken
from yipanqi.people.models import Unit
from yipanqi.people.options import LongSelect, Ready
from yipanqi.places import selectors as places
from yipanqi.places.models import Area, Place
from yipanqi.standards import selectors as standards
from yipanqi.standards.models import IssueClass

ORDERS = [("", _("最近发现在前")), ("due", _("最先到期在前"))]
BLANK = ("", _("全部"))
YES = ("1", "true", "yes", "on")
#: What the address of a list may carry beside its filters.
BESIDE = ("cursor", "layer", "all")


def _classes() -> Ready:
    """All classes in use, until the office changes one."""
    used = IssueClass.objects.filter(active=True).values_list("key", "code", "name")
    return cached(standards.TOPIC, "desk.filter", lambda: Ready([BLANK, *((key, f"{code} {name}") for key, code, name in used)]))


def _areas() -> tuple[Ready, Words]:
    """All areas but the grid's cells with the words by which they are found, until the board changes."""

    def read() -> tuple[Ready, Words]:
        rows = list(Area.objects.exclude(level=Area.Level.GRID).values_list("code", "name", "sort_key"))
        return Ready([BLANK, *((code, name) for code, name, _key in rows)]), {code: (spoken(name, code), key) for code, name, key in rows}

    return cached(places.BOARD, "desk.filter", read)


def _units() -> tuple[Ready, Words]:
    """All units with the words by which they are found."""
    rows = list(Unit.objects.order_by("sort_key", "code").values_list("code", "name", "short_name", "sort_key"))
    ready = Ready([BLANK, *((code, name) for code, name, *_more in rows)])
    return ready, {code: (spoken(name, short, code), key) for code, name, short, key in rows}


class CaseFilter(forms.Form):
    """The filters of a list of cases, all of them in the address. `filters()` gives what was set and is valid."""

    q = forms.CharField(label=_("文字"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[BLANK, ("open", _("在办")), *State.choices], widget=LongSelect)
    source = forms.ChoiceField(label=_("来源"), required=False, choices=[BLANK, *Source.choices], widget=LongSelect)
    severity = forms.ChoiceField(
        label=_("严重程度"),
        required=False,
        choices=[BLANK, ("1", _("一般")), ("2", _("较重")), ("3", _("严重")), ("4", _("紧急"))],
        widget=LongSelect,
    )
    unit = forms.ChoiceField(label=_("主办单位"), required=False)
    area = forms.ChoiceField(label=_("区域"), required=False)
    place = forms.CharField(label=_("点位编码"), required=False, max_length=20)
    found_from = forms.DateField(label=_("发现自"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    found_to = forms.DateField(label=_("发现至"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    overdue = forms.ChoiceField(label=_("期限"), required=False, choices=[BLANK, ("true", _("已超期"))], widget=LongSelect)
    order = forms.ChoiceField(label=_("排序"), required=False, choices=ORDERS, widget=LongSelect)
    cell = forms.CharField(label=_("地图上的一处"), required=False, max_length=16, widget=forms.HiddenInput)
    group = forms.CharField(required=False, widget=forms.HiddenInput)
    board = forms.CharField(required=False, widget=forms.HiddenInput)  # the way back, see coming_back.py

    def __init__(self, data: Any = None) -> None:
        if data and str(data.get("overdue", "")).strip().lower() in YES:
            data = data.copy()
            data["overdue"] = "true"
        super().__init__(data, auto_id="filter_%s")
        self.fields["class"] = forms.ChoiceField(label=_("问题类别"), required=False, choices=_classes())
        look_up(self, ["class"])
        named(self.fields["unit"]).choices, words = _units()
        look_up(self, ["unit"], words)
        named(self.fields["area"]).choices, words = _areas()
        look_up(self, ["area"], words)
        self.order_fields(
            [
                "q",
                "state",
                "class",
                "unit",
                "area",
                "place",
                "source",
                "severity",
                "found_from",
                "found_to",
                "overdue",
                "order",
            ]
        )

    def filters(self) -> dict[str, Any]:
        """Set filters by the names that `cases.selectors.filtered` knows; wrong values are left out and shown as errors."""
        self.is_valid()
        return {k: v for k, v in self.cleaned_data.items() if v not in (None, "") and k not in ("order", "group", "board")}

    def clean_cell(self) -> str:
        """A cell of the map; what is none is shown as an error."""
        given = str(self.cleaned_data["cell"])
        try:
            return given if not given or cell_range(given) else ""
        except ValueError as error:
            raise forms.ValidationError(_("没有这一处")) from error

    def chips(self, query: QueryDict, group_title: str = "") -> list[dict[str, str]]:
        """What narrows the list, each with its words and the address of the list without it."""
        shown = [("group", str(_("待办分组")), group_title)] if group_title else []
        for name in self.filters():
            field, value = self.fields[name], self.cleaned_data[name]
            words = around(value) if name == "cell" else str(dict(getattr(field, "choices", ())).get(value, value))
            if name == "place" and (place := Place.objects.filter(code=value).values_list("name", flat=True).first()):
                words = _("%(name)s（%(code)s）") % {"name": place, "code": value}
            shown.append((name, str(field.label), words))
        return [
            {"name": name, "label": label, "words": words, "url": _without(query, name)} for name, label, words in shown
        ]

    def ignored(self, query: QueryDict) -> list[str]:
        """What the address asks for and the list does not do, as "name=value": unknown names, and values nobody can read."""
        self.is_valid()
        wrong = [name for name in query if name not in self.fields and name not in BESIDE] + list(self.errors)
        return [f"{name}={value}"[:60] for name in wrong for value in query.getlist(name) if value]

    def is_narrow(self) -> bool:
        """Whether more than the search text is set, so that the page opens its filters."""
        return any(k not in ("q",) for k in self.filters())


def _without(query: QueryDict, name: str) -> str:
    """The address of a list without one filter; never quite empty, so that the browser does not bring back the last view."""
    left = query.copy()
    for gone in (name, "cursor"):
        left.pop(gone, None)
    return "?" + ("&".join(part for part in left.urlencode().split("&") if not part.endswith("=")) or "order=")


def named(field: forms.Field) -> forms.ChoiceField:
    """The field as the choice field it is."""
    assert isinstance(field, forms.ChoiceField)
    return field


class IssueClassField(forms.CharField):
    """A class of problem typed or chosen from a list of "code name"; also its name or code alone. Gives IssueClass."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": "issue-classes", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> IssueClass | None:  # type: ignore[override]
        text = super().clean(value).strip()
        if not text:
            return None
        known = IssueClass.objects.filter(active=True)
        for query in ({"key": text}, {"code": text.split()[0]}, {"name": text}, {"name__icontains": text}):
            found = list(known.filter(**query)[:6])
            if len(found) > 1 and len(text.split()) > 1:
                found = [c for c in found if c.name == text.split(maxsplit=1)[1]] or found
            if len(found) == 1:
                return found[0]
            if found:
                names = _("、").join(f"{c.code} {c.name}" for c in found)
                raise forms.ValidationError(_("有多个类别符合，请写全：%(names)s"), params={"names": names})
        raise forms.ValidationError(_("没有叫“%(text)s”的问题类别，请从列表中选。"), params={"text": text})


class PlaceField(forms.CharField):
    """A place by its code. Gives Place."""

    def clean(self, value: Any) -> Place | None:  # type: ignore[override]
        text = super().clean(value).strip()
        if not text:
            return None
        place = Place.objects.filter(code=text).first() or Place.objects.filter(name=text).first()
        if place is None:
            raise forms.ValidationError(
                _("没有编码或名称为“%(text)s”的点位，请核对，或在地图上点选位置。"), params={"text": text}
            )
        return place


class NewCaseForm(forms.Form):
    """What the desk, a grid worker or an inspector writes down about a problem."""

    source = forms.ChoiceField(label=_("来源"), choices=Source.choices)
    external_ref = forms.CharField(
        label=_("来源编号"), required=False, max_length=60, help_text=_("如 12345 工单号；同一来源的编号只登记一次。")
    )
    description = forms.CharField(label=_("问题描述"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    issue_class = IssueClassField(
        label=_("问题类别"), required=False, help_text=_("输入几个字后从列表选；不确定可留空，受理时再定。")
    )
    place = PlaceField(
        label=_("点位编码"), required=False, max_length=80, help_text=_("门牌二维码下的编码；没有就在地图上点选。")
    )
    address = forms.CharField(label=_("位置描述"), required=False, max_length=200)
    lon = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=-90, max_value=90)

    def __init__(self, data: Any = None, *, sources: Iterable[Source] = Source, **more: Any) -> None:
        """`sources`: those that the person may give."""
        super().__init__(data, **more)
        cast(forms.ChoiceField, self.fields["source"]).choices = [(one.value, one.label) for one in sources]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("lon") is None) != (data.get("lat") is None):
            raise forms.ValidationError(_("经度和纬度要么都填，要么都不填。"))
        return data


class FeedbackForm(forms.Form):
    """What somebody wants to say about the system."""

    text = forms.CharField(
        label=_("投诉或建议"), min_length=4, max_length=1000, widget=forms.Textarea(attrs={"rows": 5})
    )
    contact = forms.CharField(
        label=_("联系电话"),
        required=False,
        max_length=20,
        help_text=_("只用于答复您，可以不留；加密保存，办结后六个月清除。"),
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)  # people leave it empty, programs do not
