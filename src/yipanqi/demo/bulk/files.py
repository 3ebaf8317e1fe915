"""Twins of what happens to photos. A drawn picture is processed once; every later photo of it shares its files, and as one of
many drawn copies it is left out when photos are compared."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

from yipanqi.demo import pictures
from yipanqi.demo.bulk.ledger import Ledger, twin
from yipanqi.demo.shots import Shot, shoot
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
        self.prepared: dict[str | Shot, PreparedPhoto] = {}
        self.shots: set[UUID] = set()

    def prepare(self, name: str | Shot) -> PreparedPhoto:
        """A photo of the pool picture called `name`, or one of its own; looked into once."""
        if name not in self.prepared:
            self.prepared[name] = intake.prepare(shoot(name) if isinstance(name, Shot) else pictures.draw(name))
            if isinstance(name, Shot):
                self.shots.add(self.prepared[name].uuid)
        return self.prepared[name]

    @twin("files.add_photo")
    def add_photo(self, _nothing: None, *, prepared: PreparedPhoto, kind: str, by: Actor, at: dt.datetime) -> Photo:
        uuid = uuid4() if prepared.uuid in self.paths else prepared.uuid
        if prepared.uuid not in self.paths:
            endings = {"original": intake.ORIGINAL, "large": intake.LARGE, "thumb": intake.THUMB}
            self.paths[uuid] = {field: storage.keep(PHOTOS, uuid, ending) for field, ending in endings.items()}
        facts = prepared.facts
        lon, lat = facts.position or (None, None)
        return self.ledger.add(
            Photo(
                uuid=uuid, kind=Photo.Kind(kind), sha256=facts.sha256, size_bytes=prepared.size_bytes, width=facts.width,
                height=facts.height, taken_at=facts.taken_at, lon=lon, lat=lat,
                looked_at=None if prepared.uuid in self.shots else at, uploaded_at=at, uploader_key=by.actor_key,
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
