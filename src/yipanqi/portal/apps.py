"""The public site: residents report, follow their report by its code, and see what was done."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "yipanqi.portal"
    label = "portal"
    verbose_name = "公众服务"
