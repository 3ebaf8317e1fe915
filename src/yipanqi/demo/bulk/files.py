"""Twins of what happens to photos. A drawn picture is processed once; every later photo of it shares its files."""

from __future__ import annotations

import datetime as dt
from functools import cache
from uuid import UUID, uuid4

from yipanqi.demo import pictures
from yipanqi.demo.bulk.ledger import Ledger, twin
from yipanqi.files import intake, storage
from yipanqi.files.actions import PHOTOS
from yipanqi.files.intake import PreparedPhoto
from yipanqi.files.models import Photo
from yipanqi.kernel.actors import Actor
from yipanqi.people.models import User


class FileTwins:
    """`yipanqi.files.actions`, as far as they are about photos."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.paths: dict[UUID, dict[str, str]] = {}
        self.prepare = cache(lambda name: intake.prepare(pictures.draw(name)))

    @twin("files.add_photo")
    def add_photo(self, _nothing: None, *, prepared: PreparedPhoto, kind: str, by: Actor, at: dt.datetime) -> Photo:
        uuid = uuid4() if prepared.uuid in self.paths else prepared.uuid
        if prepared.uuid not in self.paths:
            endings = {"original": intake.ORIGINAL, "large": intake.LARGE, "thumb": intake.THUMB}
            self.paths[uuid] = {field: storage.keep(PHOTOS, uuid, ending) for field, ending in endings.items()}
        facts = prepared.facts
        return self.ledger.add(
            Photo(
                uuid=uuid, kind=Photo.Kind(kind), sha256=facts.sha256, size_bytes=prepared.size_bytes, width=facts.width,
                height=facts.height, taken_at=facts.taken_at, uploaded_at=at, uploader_key=by.actor_key,
                uploaded_by=by if isinstance(by, User) else None, **self.paths[prepared.uuid],
            )  # fmt: skip
        )

    @twin("files.attach")
    def attach(self, upload: Photo, *, subject_kind: str, subject_ref: str, by: Actor, at: dt.datetime) -> Photo:
        upload.subject_kind, upload.subject_ref, upload.attached_at = subject_kind, subject_ref, at
        return upload

    @twin("files.publish_photo")
    def publish_photo(self, photo: Photo, *, by: Actor, at: dt.datetime) -> Photo:
        photo.is_public = True
        return photo
