"""Every field that tells something about a person says why it is kept and until when."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from tests.architecture.house import APPS, listed
from yipanqi.kernel.personal import EncryptedTextField, Personal

#: Names of fields that hold something about a person wherever they stand.
TELLING = {
    "phone",
    "mobile",
    "email",
    "contact_name",
    "contact_phone",
    "id_number",
    "birthday",
    "subject_name",
    "real_name",
    "reporter",
    "guardian",
}
#: Duty telephones of organisations, not of persons.
NOT_PERSONS = {"people.unit.phone", "teams.station.phone"}


def own_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m._meta.app_label in APPS]


def test_personal_fields_are_declared() -> None:
    problems = []
    for model in own_models():
        declared = getattr(model, "personal", {})
        for field in model._meta.concrete_fields:
            name = f"{model._meta.label_lower}.{field.name}"
            personal = field.name in TELLING or isinstance(field, EncryptedTextField)
            if personal and field.name not in declared and name not in NOT_PERSONS:
                problems.append(f"{name} says neither why it is kept nor until when")
    assert not problems, listed(problems)


def test_personal_declarations_are_complete_and_about_real_fields() -> None:
    problems = []
    for model in own_models():
        for name, why in getattr(model, "personal", {}).items():
            if not isinstance(why, Personal) or not why.purpose or not why.retention:
                problems.append(f"{model._meta.label}.{name}: purpose and retention, please")
            if name not in {f.name for f in model._meta.get_fields()}:
                problems.append(f"{model._meta.label} has no field {name}")
    assert not problems, listed(problems)


def test_contact_data_is_encrypted() -> None:
    plain = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.concrete_fields
        if field.name in {"phone", "mobile", "contact_phone", "contact_name", "id_number", "subject_name"}
        and not isinstance(field, EncryptedTextField)
        and f"{model._meta.label_lower}.{field.name}" not in NOT_PERSONS
    ]
    assert not plain, listed(plain)


def test_models_leave_permissions_to_the_rules() -> None:
    problems = [m._meta.label for m in own_models() if m._meta.default_permissions]
    assert not problems, listed(problems)
