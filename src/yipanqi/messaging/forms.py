"""Forms of the messaging pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yipanqi.messaging.catalogue import CHANNELS, kinds_for_groups
from yipanqi.messaging.models import Wish
from yipanqi.messaging.states import SendingState
from yipanqi.people.choices import UnitField


class WishesForm(forms.Form):
    """How one person wants each kind of news: a field per kind and channel."""

    def __init__(self, *args: Any, rows: list[tuple[str, Any, dict[str, str]]], channels: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = []
        for kind, title, ways in rows:
            for channel in channels:
                label = f"{title} · {CHANNELS[channel].title}"
                self.fields[f"{kind}/{channel}"] = forms.ChoiceField(label=label, choices=Wish.Way.choices, initial=ways[channel])
            self.lines.append((title, [(CHANNELS[channel].title, self[f"{kind}/{channel}"]) for channel in channels]))


class DeviceForm(forms.Form):
    """What a browser gives when it signs up; filled by the page's script."""

    endpoint = forms.CharField(max_length=1000, widget=forms.HiddenInput)
    p256dh = forms.CharField(max_length=200, widget=forms.HiddenInput)
    auth = forms.CharField(max_length=60, widget=forms.HiddenInput)
    name = forms.CharField(label=_("设备名称"), max_length=60, help_text=_("便于自己辨认，如“办公室电脑”。"))


class GroupForm(forms.Form):
    """A chat group and what it is told."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("如“城管局创城工作群”。"))
    unit = UnitField(label=_("单位"), required=False, empty_label=_("全市（各单位的消息都发）"), help_text=_("只发与这个单位有关的消息。"))
    url = forms.CharField(
        label=_("机器人地址"), max_length=500, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("照服务商给出的密钥填写：dingtalk://密钥、wecombot://密钥、lark://密钥。加密保存，保存后不再显示。"),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(label=_("接收的消息"), widget=forms.CheckboxSelectMultiple)
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key, kind.title) for key, kind in kinds_for_groups().items()]


class LogFilter(forms.Form):
    """Filters of the log."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *SendingState.choices])
    channel = forms.ChoiceField(label=_("方式"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("全部")), *[(key, channel.title) for key, channel in CHANNELS.items()]]
