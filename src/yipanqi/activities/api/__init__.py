"""Activities, their shifts, sign-ups and attendances for programs, under ``/api/v1/``."""

from ninja import Router

from yipanqi.activities.api import attendance, plans, signing_up

router = Router()
router.add_router("", plans.router)
router.add_router("", signing_up.router)
router.add_router("", attendance.router)
