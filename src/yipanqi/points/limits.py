"""How often somebody may try codes within an hour, right or wrong."""

from django.utils.translation import gettext_lazy as _

from yipanqi.allowance import Allowance
from yipanqi.points.catalogue import CLAIMS_PER_HOUR, CODES_PER_HOUR

CODES = Allowance(CODES_PER_HOUR, _("您本小时核对的兑换码太多，请过一会儿再试。"))
CLAIMS = Allowance(CLAIMS_PER_HOUR, _("您本小时登记或转赠的次数太多，请过一会儿再试。"))
