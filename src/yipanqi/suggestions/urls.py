"""The page about how good suggestions are, included under ``/suggestions/``."""

from django.urls import path

from yipanqi.suggestions import views

app_name = "suggestions"

urlpatterns = [path("", views.accuracy, name="accuracy")]
