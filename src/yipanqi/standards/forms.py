"""Forms of the standard's pages. They read and check; actions write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yipanqi.standards import selectors
from yipanqi.standards.clocks import CLOCK_NAMES, MAX_STEPS, STAGES, BadLimit, check_clocks
from yipanqi.standards.letters import LADDER, MEASURES, REACHED, BadScale, check_scale, check_thresholds
from yipanqi.standards.models import CheckItem, Edition, Indicator, IssueClass, PlaceCategory

SEVERITIES = [(1, _("1 一般")), (2, _("2 较重")), (3, _("3 严重")), (4, _("4 紧急"))]
NO_CHOICE = ("", _("全部"))


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form over one row that remembers which state of the row it showed."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.is_bound:
            self.initial["seen"] = selectors.fingerprint(self.instance)

    @property
    def values(self) -> dict[str, Any]:
        """Cleaned columns of the row, ready for an action."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    @property
    def seen_state(self) -> str:
        return str(self.cleaned_data.get("seen", ""))


class EditionForm(RowForm):
    """Names, period and the weights of the parts."""

    class Meta:
        model = Edition
        fields = ("name", "issuer", "period")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for method, label in Indicator.Method.choices:
            title = gettext("%(part)s权重") % {"part": label}
            weight = self.instance.part_weights.get(method, 0)
            self.fields[f"part_{method}"] = forms.FloatField(
                label=title, min_value=0, max_value=100, required=False, initial=weight
            )

        for measure in MEASURES:
            given = self.instance.thresholds.get(measure, {})
            for letter in REACHED:
                self._number(f"{measure}_{letter}", str(letter), given.get(letter), 1000, needed=letter == "A")
        for letter in LADDER:
            title = "C#" if letter == "D" else str(letter)
            self._number(f"worth_{letter}", title, self.instance.letter_values.get(letter), 1, needed=True)

    def _number(self, name: str, title: str, initial: Any, most: int, *, needed: bool) -> None:
        self.fields[name] = forms.FloatField(
            label=title,
            min_value=0,
            max_value=most,
            required=needed,
            initial=initial,
            widget=forms.NumberInput({"step": "any"}),
        )

    def plain_fields(self) -> list[Any]:
        """Bound fields that are no part of the scale."""
        return [f for f in self.visible_fields() if not f.name.startswith((*MEASURES, "worth_"))]

    def scale_rows(self) -> list[tuple[Any, list[Any]]]:
        """(title, bound fields A to C) of each measure, then the worths A to C#, for the page."""
        rows = [(title, [self[f"{measure}_{letter}"] for letter in REACHED]) for measure, title in MEASURES.items()]
        return [*rows, (_("等级分值（0到1）"), [self[f"worth_{letter}"] for letter in LADDER])]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["thresholds"] = {m: _given(cleaned, m, REACHED) for m in MEASURES}
        cleaned["letter_values"] = _given(cleaned, "worth", LADDER)
        try:
            check_scale(cleaned["thresholds"], cleaned["letter_values"])
        except BadScale as error:
            self.add_error(f"{error.field}_A" if f"{error.field}_A" in self.fields else "worth_A", str(error))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        scale = {name: self.cleaned_data[name] for name in ("thresholds", "letter_values")}
        parts = {m: self.cleaned_data.get(f"part_{m}") or 0 for m in Indicator.Method.values}
        return {**super().values, **scale, "part_weights": {m: _plain(w) for m, w in parts.items() if w}}


class CopyForm(forms.Form):
    """Code and name of the new edition."""

    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        label=_("新版本编码"),
        max_length=40,
        help_text=_("字母、数字、点和短横线，例如 JYG-2027"),
        error_messages={"invalid": _("编码只能用字母、数字、点、短横线和下划线，并以字母或数字开头")},
    )
    name = forms.CharField(label=_("新版本名称"), max_length=80)


class ItemForm(RowForm):
    """One check item of an edition."""

    class Meta:
        model = CheckItem
        fields = (
            "category", "code", "text", "kind", "measure", "target", "sample", "weight", "method", "timing", "exemption",
            "critical", "minors", "issue_class", "note", "text_en", "order",
        )  # fmt: skip
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "note": forms.Textarea(attrs={"rows": 2})}

    indicators = forms.ModelMultipleChoiceField(
        Indicator.objects.none(), label=_("计入指标"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.edition = edition
        self.fields["indicators"].queryset = edition.indicators.order_by("code")  # type: ignore[attr-defined]
        self.fields["issue_class"].queryset = IssueClass.objects.filter(active=True)  # type: ignore[attr-defined]
        if self.instance.pk and not self.is_bound:
            self.initial["indicators"] = self.instance.indicators.all()
        for letter in REACHED:
            self.fields[f"own_{letter}"] = forms.FloatField(
                label=gettext("本项%(letter)s级界限") % {"letter": letter},
                required=False,
                initial=self.instance.thresholds.get(letter),
                widget=forms.NumberInput({"step": "any"}),
                help_text=gettext("计数项按版本的评级界限评级；只有本项另有规定时填写。") if letter == "A" else "",
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["thresholds"] = _given(cleaned, "own", REACHED)
        if cleaned["thresholds"]:
            try:
                check_thresholds(cleaned.get("measure") or "", cleaned["thresholds"])
            except BadScale as error:
                self.add_error("own_A", str(error))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        return {**super().values, "thresholds": self.cleaned_data["thresholds"]}


class IndicatorForm(RowForm):
    """One indicator of an edition."""

    class Meta:
        model = Indicator
        fields = ("code", "name", "parent", "weight", "method")

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.edition = edition
        others = edition.indicators.exclude(pk=self.instance.pk).order_by("code")
        self.fields["parent"].queryset = others  # type: ignore[attr-defined]


class CategoryForm(RowForm):
    """One kind of place."""

    class Meta:
        model = PlaceCategory
        fields = (
            "name", "name_en", "code_prefix", "group", "department_type", "extent", "extent_en", "concerns_minors", "order", "active",
        )  # fmt: skip

    co_departments = forms.MultipleChoiceField(label=_("协同职能"), required=False, widget=forms.CheckboxSelectMultiple)
    basis = forms.CharField(
        label=_("依据"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一行一条"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = {key: key for key in self.instance.co_departments}
        self.fields["co_departments"].choices = [*(held | selectors.departments()).items()]  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial["co_departments"] = self.instance.co_departments
            self.initial["basis"] = "\n".join(self.instance.basis)
        choices(self, "group", selectors.groups(), self.instance.group)
        choices(self, "department_type", selectors.departments(), self.instance.department_type)

    @property
    def values(self) -> dict[str, Any]:
        lines = [line.strip() for line in self.cleaned_data["basis"].splitlines() if line.strip()]
        return {**super().values, "co_departments": self.cleaned_data["co_departments"], "basis": lines}


class NewCategoryForm(CategoryForm):
    """A further kind of place, with its key."""

    key = forms.SlugField(label=_("类别代号"), max_length=40, help_text=_("小写字母、数字和下划线，例如 gas_station"))
    field_order = ("key",)


class ClassForm(RowForm):
    """One issue class with the limits of its stages."""

    class Meta:
        model = IssueClass
        fields = (
            "name", "name_en", "component", "group_code", "group_name", "group_name_en", "department_type", "severity",
            "photo_required", "closing_condition", "deadline_note", "deadline_source", "deadline_certainty", "code_source",
            "code_certainty", "active",
        )  # fmt: skip
        widgets = {"severity": forms.Select(choices=SEVERITIES), "closing_condition": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "department_type", selectors.departments(), self.instance.department_type)
        for name, title in selectors.LEGACY.items():
            self.fields[f"old_{name}"] = forms.CharField(
                label=gettext("%(standard)s 编码") % {"standard": title},
                required=False,
                max_length=10,
                initial=self.instance.legacy_codes.get(name, ""),
            )
        clocks = self.instance.clocks or selectors.stage_defaults()
        for stage, title in STAGES.items():
            self._limit(stage, gettext("%(stage)s时限") % {"stage": title}, clocks.get(stage, {}))
        steps = clocks.get("handle", {}).get("stages", [])
        for n in range(1, MAX_STEPS):
            step = steps[n - 1] if n < len(steps) else {}
            self._limit(f"step{n}", gettext("先行阶段%(n)d") % {"n": n}, step)
            self._words(f"step{n}", gettext("先行阶段%(n)d的要求") % {"n": n}, step)
        self._words("last", gettext("最后阶段的要求"), steps[-1] if steps else {})

    def _limit(self, name: str, title: str, limit: dict[str, Any]) -> None:
        self.fields[f"{name}_amount"] = forms.FloatField(
            label=title,
            required=False,
            min_value=0,
            initial=limit.get("amount"),
            widget=forms.NumberInput({"step": "any"}),
        )
        self.fields[f"{name}_clock"] = forms.ChoiceField(
            label=gettext("%(title)s单位") % {"title": title},
            required=False,
            initial=limit.get("clock", ""),
            choices=[("", "—"), *CLOCK_NAMES.items()],
        )

    def _words(self, name: str, title: str, step: dict[str, Any]) -> None:
        self.fields[f"{name}_title"] = forms.CharField(
            label=title, required=False, max_length=60, initial=step.get("title", "")
        )

    def limits(self) -> list[tuple[Any, Any, Any]]:
        """(amount, clock, words or None) bound fields of the plain stages and of the steps, for the page."""
        plain = [(self[f"{s}_amount"], self[f"{s}_clock"], None) for s in STAGES]
        steps = [(self[f"step{n}_amount"], self[f"step{n}_clock"], self[f"step{n}_title"]) for n in range(1, MAX_STEPS)]
        return plain + steps

    def plain_fields(self) -> list[Any]:
        """Bound fields that are no part of a limit."""
        return [f for f in self.visible_fields() if not f.name.endswith(("_amount", "_clock", "_title"))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        clocks = self._clocks(cleaned)
        try:
            check_clocks(clocks)
        except BadLimit as error:
            stage = (error.field or "").removeprefix("clocks.")
            self.add_error(f"{stage}_amount" if f"{stage}_amount" in self.fields else None, str(error))
        cleaned["clocks"] = clocks
        others = {k: v for k, v in self.instance.legacy_codes.items() if k not in selectors.LEGACY}
        old = {name: cleaned.get(f"old_{name}", "") for name in selectors.LEGACY}
        cleaned["legacy_codes"] = {**others, **{name: code for name, code in old.items() if code}}
        return cleaned

    def _clocks(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        clocks = {s: found for s in STAGES if (found := _limit_of(cleaned, s))}
        steps = [
            {**found, "title": cleaned.get(f"step{n}_title", "")}
            for n in range(1, MAX_STEPS)
            if (found := _limit_of(cleaned, f"step{n}"))
        ]
        if steps and "handle" in clocks:
            last = {**clocks["handle"], "title": cleaned.get("last_title", "")}
            clocks["handle"] = {**clocks["handle"], "stages": [*steps, last]}
        return clocks

    @property
    def values(self) -> dict[str, Any]:
        return {**super().values, **{name: self.cleaned_data[name] for name in ("clocks", "legacy_codes")}}


class NewClassForm(ClassForm):
    """A local extension, with its code."""

    code = forms.RegexField(
        r"^[A-Za-z0-9]+$", label=_("编码"), max_length=10, help_text=_("本地扩展编码，建议从 21 开头的五位数字")
    )
    field_order = ("code",)


class ClassFilter(forms.Form):
    """Filters of the list of classes, as they stand in the address."""

    q = forms.CharField(label=_("关键词"), required=False, max_length=60)
    standard = forms.ChoiceField(label=_("标准"), required=False)
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[NO_CHOICE, *IssueClass.Kind.choices])
    group = forms.ChoiceField(label=_("大类"), required=False)
    severity = forms.ChoiceField(label=_("严重程度"), required=False, choices=[NO_CHOICE, *SEVERITIES])
    active = forms.ChoiceField(
        label=_("状态"), required=False, choices=[NO_CHOICE, ("1", _("启用")), ("0", _("已停用"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standards, groups = selectors.class_headings()
        self.fields["standard"].choices = [NO_CHOICE, *((s, _("本地扩展") if s == "local" else s) for s in standards)]  # type: ignore[attr-defined]
        self.fields["group"].choices = [NO_CHOICE, *((code, f"{code} {name}") for code, name in groups)]  # type: ignore[attr-defined]


def choices(form: forms.BaseForm, name: str, known: dict[str, str], present: str) -> None:
    """Let the person choose among known words; a value the row already has stays possible."""
    options = list(known.items())
    if present and present not in known:
        options.append((present, present))
    field = form.fields[name]
    form.fields[name] = forms.ChoiceField(label=field.label, choices=[("", "—"), *options], required=field.required)


def _limit_of(cleaned: dict[str, Any], name: str) -> dict[str, Any] | None:
    amount, clock = cleaned.get(f"{name}_amount"), cleaned.get(f"{name}_clock")
    if amount is None and not clock:
        return None
    return {"amount": _plain(amount or 0), "clock": clock or ""}


def _given(cleaned: dict[str, Any], name: str, letters: Any) -> dict[str, int | float]:
    """{letter: number} of the letters that were filled in."""
    return {str(one): _plain(cleaned[f"{name}_{one}"]) for one in letters if cleaned.get(f"{name}_{one}") is not None}


def _plain(number: float) -> int | float:
    """3.0 as 3, so that rows read and compare like the files."""
    return int(number) if float(number).is_integer() else number
