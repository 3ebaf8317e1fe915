"""The centre's settings about orders: which steps there are, how long each may take, what dispatch weighs, how often one may ask."""

from django.utils.translation import gettext_lazy as _

from yipanqi.allowance import Allowance
from yipanqi.kernel.policy import policy

MAKE_ORDERS = policy("services.make_orders", False, _("点单后先制单"), "bool", help=_("启用后，点单先由实践站或实践中心核实、写成服务方案，再派单。"))
GRAB = policy("services.grab", False, _("抢单"), "bool", help=_("启用后，有能力的队伍可以直接接下待派的单，先到先得。涉及个人生活的单不参加抢单。"))
RATE = policy("services.rate", True, _("评单"), "bool", help=_("不启用则为四单：服务反馈后直接办结。"))
NEXT_CHOICE = policy("services.next_choice", True, _("谢绝或超时后自动转派下一支队伍"), "bool")
MOST_TURNS = policy("services.most_turns", 3, _("自动转派最多派几次"), help=_("派满次数仍没有接下的，回到待派单，由中心处理。"), least=1, most=20)
ACCEPT_HOURS = policy("services.accept_hours", 8, _("接单时限（工作时）"), help=_("超过时限没有答复的，视为超时，自动转派。"), least=1, most=200)
RATE_DAYS = policy("services.rate_days", 15, _("评单期限（天）"), help=_("服务反馈后这么多天没有评价的，办结。"), least=1, most=365)
ROOM = policy("services.room", 3, _("一支队伍同时最多接几单"), least=1, most=100)
FAIR_DAYS = policy("services.fair_days", 90, _("派单公平性看最近多少天的接单数"), least=7, most=730)
FARTHEST_KM = policy("services.farthest_km", 30, _("派单最远距离（公里）"), help=_("更远的队伍不派。0 为不限。"), most=1000)
WEIGHTS = {
    "skill": policy("services.weigh_skill", 30, _("派单权重：对口"), help=_("会不会做所点的项目。各项权重只看相对大小，0 为不考虑。"), most=1000),
    "distance": policy("services.weigh_distance", 25, _("派单权重：距离"), most=1000),
    "time": policy("services.weigh_time", 20, _("派单权重：时间"), help=_("希望的时间里，队伍有多少空闲。"), most=1000),
    "rating": policy("services.weigh_rating", 10, _("派单权重：以往评价"), most=1000),
    "load": policy("services.weigh_load", 10, _("派单权重：手上的单"), most=1000),
    "fairness": policy("services.weigh_fairness", 15, _("派单权重：公平"), help=_("近期接单少的队伍优先，不让少数队伍包揽。"), most=1000),
}
ORDERS = Allowance(
    policy("services.orders_per_hour", 20, _("同一网络地址每小时可提交的点单数"), help=_("防止恶意刷单。实践站的公用电脑可适当调高。"), least=1),
    _("这个网络地址本小时提交的点单太多了，请过一会儿再提交，或者打电话、到实践站请工作人员代点。您填写的内容还在。"),
)
WRONG_CODES = Allowance(
    policy("services.wrong_codes_per_hour", 30, _("同一网络地址每小时可输错点单查询码的次数"), help=_("防止逐个猜测查询码。"), least=1),
    _("这个网络地址本小时输错查询码的次数太多了，请过一会儿再查，或者打电话询问。"),
)
