"""Addresses of the pages about burden, included under ``/burden/``."""

from django.urls import path

from yipanqi.burden import views

app_name = "burden"

urlpatterns = [
    path("", views.units, name="units"),
    path("mine/", views.mine, name="mine"),
    path("units/<str:code>/", views.unit, name="unit"),
    path("forms/", views.form_register, name="forms"),
    path("forms.xlsx", views.form_sheet, name="form_sheet"),
    path("forms/renew/<path:key>/", views.renew, name="renew"),
    path("complain/", views.complain, name="complain"),
    path("complaints/", views.complaints, name="complaints"),
    path("complaints/<str:code>/", views.complaint, name="complaint"),
]
