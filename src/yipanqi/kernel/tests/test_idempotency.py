"""A write with a key is done once, whatever is repeated."""

from __future__ import annotations

import datetime as dt
import importlib
import threading

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.test import RequestFactory

from yipanqi.kernel.idempotency import answer_once, told_once
from yipanqi.kernel.jobs import forget_idempotency_keys
from yipanqi.kernel.models import IdempotencyKey, Stamp

AT = dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)
MAKE = RequestFactory()


def write(request: HttpRequest) -> HttpResponse:
    """Count the writes that were really done."""
    stamp, _made = Stamp.objects.get_or_create(topic="writes")
    Stamp.objects.filter(pk=stamp.pk).update(value=F("value") + 1)
    stamp.refresh_from_db()
    return JsonResponse({"write": int(stamp.value)}, status=201)


def sent(body: str = '{"a": 1}', key: str = "k1", path: str = "/api/v1/things") -> HttpRequest:
    return MAKE.post(path, body, content_type="application/json", headers={"Idempotency-Key": key})


def done() -> int:
    return int(Stamp.objects.filter(topic="writes").values_list("value", flat=True).first() or 0)


def answered(request: HttpRequest, actor: str = "user:desk") -> HttpResponse:
    return answer_once(request, actor, AT, write)


@pytest.mark.django_db
def test_answer_once_repeats_the_first_answer() -> None:
    first, again = answered(sent()), answered(sent())
    assert (first.status_code, first.content) == (again.status_code, again.content) == (201, b'{"write": 1}')
    assert "Idempotency-Replayed" not in first and again["Idempotency-Replayed"] == "true"
    assert again["Content-Type"] == first["Content-Type"] and done() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("other", [sent('{"a": 2}'), sent(path="/api/v1/others"), sent(path="/api/v1/things?x=1")])
def test_answer_once_refuses_other_content_under_the_same_key(other: HttpRequest) -> None:
    answered(sent())
    refused = answered(other)
    assert refused.status_code == 409 and refused["Content-Type"] == "application/problem+json" and done() == 1


@pytest.mark.django_db
def test_answer_once_keeps_senders_and_keys_apart() -> None:
    answered(sent())
    answered(sent(), actor="user:other")
    answered(sent(key="k2"))
    assert done() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("key", [" ", "x" * 201, "a\tb"])
def test_answer_once_refuses_an_unusable_key(key: str) -> None:
    request = MAKE.post("/api/v1/things", "{}", content_type="application/json")
    request.META["HTTP_IDEMPOTENCY_KEY"] = key
    assert answer_once(request, "user:desk", AT, write).status_code == 400 and done() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [302, 400, 409, 500])
def test_answer_once_after_a_refusal_undoes_everything_and_frees_the_key(status: int) -> None:
    def refuse(request: HttpRequest) -> HttpResponse:
        write(request)
        return HttpResponse(status=status)

    assert answer_once(sent(), "user:desk", AT, refuse).status_code == status
    assert done() == 0 and not IdempotencyKey.objects.exists()
    assert answered(sent()).status_code == 201 and done() == 1


@pytest.mark.django_db(transaction=True)
def test_answer_once_does_not_keep_a_stream() -> None:
    stream = answer_once(sent(), "user:desk", AT, lambda request: StreamingHttpResponse([b"x"]))
    assert stream.status_code == 200 and not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_answer_once_never_stores_what_is_told_once_and_asks_again() -> None:
    def reveal(request: HttpRequest) -> HttpResponse:
        response = write(request)
        told_once(response)
        return response

    def refuse(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=403)

    told = [answer_once(sent(), "user:desk", AT, reveal) for _n in range(2)]
    assert [t.content for t in told] == [b'{"write": 1}', b'{"write": 2}'] and done() == 2
    assert not any("Idempotency-Replayed" in t for t in told)
    row = IdempotencyKey.objects.get()
    assert (bytes(row.body), row.status) == (b"", None)
    assert answer_once(sent('{"a": 2}'), "user:desk", AT, reveal).status_code == 409 and done() == 2
    assert answer_once(sent(), "user:desk", AT, refuse).status_code == 403


@pytest.mark.django_db
def test_answer_once_keeps_no_key_of_an_answer_that_names_nobody() -> None:
    def unsigned(request: HttpRequest) -> HttpResponse:
        response = write(request)
        told_once(response, keyless=True)
        return response

    assert answer_once(sent(), "user:desk", AT, unsigned).status_code == 201 and not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_answer_once_knows_a_form_again_by_its_fields_and_files() -> None:
    def form(data: bytes, text: str = "t") -> HttpRequest:
        photo = SimpleUploadedFile("a.jpg", data)
        return MAKE.post("/open311/v2/requests.json", {"text": text, "media": photo}, headers={"Idempotency-Key": "f"})

    assert answered(form(b"one")).content == answered(form(b"one")).content
    assert answered(form(b"two")).status_code == 409 and answered(form(b"one", "u")).status_code == 409
    assert done() == 1


@pytest.mark.django_db
def test_answer_once_leaves_the_upload_readable() -> None:
    read = []
    request = MAKE.post("/x", {"media": SimpleUploadedFile("a.jpg", b"photo")}, headers={"Idempotency-Key": "f"})

    def respond(request: HttpRequest) -> HttpResponse:
        read.append(request.FILES["media"].read())  # type: ignore[union-attr]
        return HttpResponse("ok")

    answer_once(request, "user:desk", AT, respond)
    assert read == [b"photo"]


@pytest.mark.django_db(transaction=True)
def test_answer_once_of_two_threads_writes_once() -> None:
    together, answers = threading.Barrier(2), []

    def call() -> None:
        together.wait()
        try:
            answers.append(answered(sent()))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [a.status_code for a in answers] == [201, 201] and len({a.content for a in answers}) == 1
    assert done() == 1 and sum("Idempotency-Replayed" in a for a in answers) == 1


@pytest.mark.django_db
def test_forget_idempotency_keys_after_thirty_days() -> None:
    answered(sent())
    forget_idempotency_keys(AT + dt.timedelta(days=30))
    assert IdempotencyKey.objects.count() == 1
    forget_idempotency_keys(AT + dt.timedelta(days=30, seconds=1))
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_migration_empties_stored_contacts_and_nothing_else() -> None:
    migration = importlib.import_module("yipanqi.kernel.migrations.0002_contacts_not_kept")
    for key, body in (("1", b'{"name": "\xe5\xbc\xa0", "phone": "139"}'), ("2", b'{"name": "x"}'), ("3", b"\xff"), ("4", b"[]")):
        IdempotencyKey.objects.create(actor="user:desk", key=key, request="r", status=200, body=body, created_at=AT)
    migration.empty_contacts(apps, None)
    kept = [(row.key, row.status, bytes(row.body)) for row in IdempotencyKey.objects.order_by("key")]
    assert kept == [("1", None, b""), ("2", 200, b'{"name": "x"}'), ("3", 200, b"\xff"), ("4", 200, b"[]")]
