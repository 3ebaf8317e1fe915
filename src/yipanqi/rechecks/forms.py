"""The shares of a trial."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yipanqi.rechecks.catalogue import LEAST_SHARE


class ShareFilter(forms.Form):
    """How much of each severity a person would verify; only tried out, nothing is kept."""

    share_1 = forms.FloatField(label=_("一般：核查比例（%）"), min_value=LEAST_SHARE, max_value=100)
    share_2 = forms.FloatField(label=_("较重：核查比例（%）"), min_value=LEAST_SHARE, max_value=100)
