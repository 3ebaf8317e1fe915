from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "yipanqi.places"
    label = "places"
