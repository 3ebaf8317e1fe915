"""The slow half of taking a file in, done before and outside the transaction: look, re-encode, write to the disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING
from uuid import UUID, uuid4

from yipanqi.files import papers, storage

if TYPE_CHECKING:
    from yipanqi.files.images import Decoded

ORIGINAL = "-original"
LARGE = "-large.jpg"
THUMB = "-thumb.jpg"
PAPER = "-paper"


@dataclass(frozen=True)
class PreparedPhoto:
    """A photo that was checked and whose three files wait to be kept by ``add_photo``."""

    uuid: UUID
    facts: Decoded
    #: Size of the original file.
    size_bytes: int


@dataclass(frozen=True)
class PreparedAttachment:
    """An attachment that was checked and whose file waits to be kept by ``add_attachment``."""

    uuid: UUID
    name: str
    mime: str
    sha256: str
    size_bytes: int


def prepare(source: IO[bytes] | bytes) -> PreparedPhoto:
    """Checks a photo and stages original, large picture and thumbnail; nothing is written to the database.

    Raises:
        Refused: one of the sentences of ``images``, or ``StorageAway``.
    """
    from yipanqi.files import images  # noqa: PLC0415  its decoders take 160 ms and 26 MB, needed only where photos arrive

    data = images.read_bytes(source)
    facts = images.read_photo(data)
    made = images.derivatives(facts)
    uuid = uuid4()
    for ending, content in ((ORIGINAL, data), (LARGE, made.large), (THUMB, made.thumb)):
        storage.stage(uuid, ending, content)
    return PreparedPhoto(uuid=uuid, facts=facts, size_bytes=len(data))


def prepare_attachment(source: IO[bytes] | bytes, name: str) -> PreparedAttachment:
    """Checks a paper and stages it; nothing is written to the database.

    Raises:
        Refused: one of the sentences of ``papers``, or ``StorageAway``.
    """
    paper = papers.read_paper(source, name)
    uuid = uuid4()
    storage.stage(uuid, PAPER, paper.data)
    return PreparedAttachment(uuid, paper.name, paper.mime, paper.sha256, len(paper.data))
