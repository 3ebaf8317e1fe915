"""Users of one role each, made for the tests."""

from yipanqi.people.models import User


def user(role: str, name: str = "") -> User:
    return User.objects.create_user(username=name or role, password="x", role=role)
