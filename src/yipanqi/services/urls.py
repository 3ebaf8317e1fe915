"""Addresses of ordering, included under ``/services/``."""

from django.urls import path

from yipanqi.services.views import complaints, desk, dispatching, lead, moving, offers, public

app_name = "services"

urlpatterns = [
    path("", public.menu, name="menu"),
    path("menu/<str:code>/", public.order, name="order"),
    path("ask/", public.free_order, name="free_order"),
    path("lecturers/", public.lecturers, name="lecturers"),
    path("sent/<str:code>/", public.sent, name="sent"),
    path("track/", public.track, name="track"),
    path("track/<str:code>/", public.follow, name="follow"),
    path("track/<str:code>/rate/", public.rate, name="rate"),
    path("track/<str:code>/complain/", public.complain, name="complain"),
    path("track/<str:code>/cancel/", public.cancel, name="cancel"),
    path("orders/", desk.orders, name="desk"),
    path("orders.xlsx", desk.export, name="export"),
    path("orders/enter/", desk.enter, name="enter"),
    path("orders/<str:number>/", desk.order, name="order_page"),
    path("orders/<str:number>/contact/", desk.contact, name="contact"),
    path("orders/<str:number>/moves/<str:verb>/", moving.move, name="move"),
    path("dispatch/", dispatching.board, name="dispatch_desk"),
    path("dispatch/propose/", dispatching.propose, name="propose"),
    path("dispatch/accept/", dispatching.accept, name="accept_proposal"),
    path("lead/", lead.lead, name="lead"),
    path("offers/", offers.offers, name="offers"),
    path("offers/add/", offers.add_offer, name="add_offer"),
    path("offers/<str:code>/", offers.change_offer, name="change_offer"),
    path("offers/<str:code>/moves/<str:verb>/", offers.move_offer, name="move_offer"),
    path("items/", offers.items, name="items"),
    path("items/add/", offers.add_item, name="add_item"),
    path("items/<str:code>/", offers.change_item, name="change_item"),
    path("items/<str:code>/retire/", offers.retire_item, name="retire_item"),
    path("pool/", offers.pool, name="pool"),
    path("pool/add/", offers.add_lecturer, name="add_lecturer"),
    path("pool/<str:code>/", offers.change_lecturer, name="change_lecturer"),
    path("pool/<str:code>/remove/", offers.remove_lecturer, name="remove_lecturer"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/<uuid:uuid>/", complaints.complaint, name="complaint"),
]
