"""Forms of what is drawn on the board: areas, street sections, zones. They read and check; actions write."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from yipanqi.people.lookup import look_up
from yipanqi.people.models import Unit
from yipanqi.people.selectors import open_units
from yipanqi.places import shapes
from yipanqi.places.models import Area, Segment, Zone

#: A city's boundary in GeoJSON has a few megabytes.
MOST_BYTES = 8_000_000


class ShapeForm(forms.ModelForm):  # type: ignore[type-arg]
    """Facts of a thing and its shape: pasted or as a file, in one of three systems of coordinates."""

    shape_field, shape_required, check = "boundary", True, staticmethod(shapes.polygon)

    geometry = forms.CharField(
        label=_("图形"), required=False, strip=True, max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("粘贴 GeoJSON 或 WKT，经度在前、纬度在后。首尾两点应相同。"),
    )  # fmt: skip
    file = forms.FileField(label=_("或上传 GeoJSON 文件"), required=False, widget=forms.ClearableFileInput(attrs={"accept": ".json,.geojson,.wkt,.txt"}))
    system = forms.ChoiceField(label=_("坐标系"), choices=shapes.SYSTEMS, initial="WGS84", help_text=_("图形来自哪种地图，就选哪一种；保存时换算为 WGS84。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = getattr(self.instance, self.shape_field)
        if held and not self.is_bound:
            self.initial["geometry"] = json.dumps(held, ensure_ascii=False)
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [("", _("请选择")), *[one for one in field.widget.choices if one[0]]]  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["code"]

    def clean_file(self) -> UploadedFile | None:
        given: UploadedFile | None = self.cleaned_data["file"]
        if given is not None and (given.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("文件超过 8 MB，请简化图形后重试。"))
        return given

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        text = self._text(cleaned)
        if not text:
            if self.shape_required:
                self.add_error("geometry", _g("请粘贴图形，或上传文件。"))
            cleaned["shape"] = None
            return cleaned
        try:
            cleaned["shape"] = self.check(text, cleaned.get("system", "WGS84"))
        except shapes.BadShape as refusal:
            self.add_error("geometry", str(refusal))
        return cleaned

    def _text(self, cleaned: dict[str, Any]) -> str:
        given = cleaned.get("file")
        if given is None:
            return str(cleaned.get("geometry", ""))
        try:
            return str(given.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", _g("文件不是 UTF-8 文字，请导出为 GeoJSON 后重试。"))
            return ""

    def _post_clean(self) -> None:
        """The actions check and save; the form must not touch the row."""

    @property
    def values(self) -> dict[str, Any]:
        """Cleaned columns, ready for an action."""
        columns = [name for name in self._meta.fields or () if name in self.cleaned_data]
        return {**{name: self.cleaned_data[name] for name in columns}, self.shape_field: self.cleaned_data["shape"]}


class AreaForm(ShapeForm):
    """A division or grid cell and who governs it."""

    shape_required = False

    class Meta:
        model = Area
        fields = ("code", "name", "level", "parent", "unit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = Area.objects.exclude(level=Area.Level.GRID).exclude(pk=self.instance.pk).defer("boundary").order_by("path")
        self.fields["parent"].queryset = above  # type: ignore[attr-defined]
        self.fields["unit"].queryset = open_units() | Unit.objects.filter(pk=self.instance.unit_id)  # type: ignore[attr-defined]
        look_up(self, ["parent", "unit"])


class SegmentForm(ShapeForm):
    """A street section."""

    shape_field, check = "line", staticmethod(shapes.line)

    class Meta:
        model = Segment
        fields = ("code", "name", "street", "kind", "area")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["street"].required = False
        self.fields["area"].queryset = Area.objects.exclude(level=Area.Level.GRID).defer("boundary").order_by("path")  # type: ignore[attr-defined]
        look_up(self, ["area"])


class ZoneForm(ShapeForm):
    """A polygon with a purpose."""

    class Meta:
        model = Zone
        fields = ("code", "name", "purpose")
