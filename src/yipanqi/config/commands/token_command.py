"""`yipanqi token USER`: print a new API token."""

from __future__ import annotations

import argparse
import datetime as dt

import django

from yipanqi.config.failure import CommandFailed


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("user", help="user name")
    parser.add_argument("--name", default="命令行签发", help="what the token is for, shown where tokens are revoked")
    parser.add_argument("--days", type=int, default=0, help="days until it expires (default: never)")


def run(args: argparse.Namespace) -> int:
    django.setup()
    from yipanqi.kernel.actions import Refused  # noqa: PLC0415  needs configured apps
    from yipanqi.kernel.actors import SYSTEM  # noqa: PLC0415
    from yipanqi.people.actions import issue_token  # noqa: PLC0415
    from yipanqi.people.models import User  # noqa: PLC0415

    user = User.objects.filter(username=args.user).first()
    if user is None:
        raise CommandFailed(f"There is no user {args.user}.")
    now = dt.datetime.now(dt.UTC)
    try:
        token = issue_token(user, name=args.name, expires_at=now + dt.timedelta(days=args.days) if args.days else None, by=SYSTEM, at=now)
    except Refused as refusal:
        raise CommandFailed(str(refusal)) from refusal
    print(token)
    return 0
