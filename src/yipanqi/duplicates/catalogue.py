"""The office's settings about duplicates."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.policy import policy

SHOWN = policy("duplicates.shown", True, _("受理时提示可能重复的案件"), "bool", _("关闭后分拣台和接口都不再提示，也不再编入索引。"))
RADIUS = policy(
    "duplicates.radius_metres", 200, _("多少米以内视为邻近（米）"), "int", _("越近得分越高，达到此距离得零分。最大 1000。")
)
APART = policy(
    "duplicates.apart_metres", 1_000, _("相距多远就不是同一件事（米）"), "int", _("两件都有位置、相距超过此数的不提示，照片相同或点位相同的除外。")
)
DAYS = policy("duplicates.days", 60, _("与多少天以内的案件比对"), "int", _("未办结的案件不论多久都比对。"), most=3650)
FLOOR = policy(
    "duplicates.floor_percent", 40, _("相似程度达到多少才提示（%）"), "int", _("数值越小，提示越多、误报也越多。")
)
OTHER_GROUP = policy(
    "duplicates.other_group_percent", 75, _("类别大类不同的，得分打几折（%）"), "int", _("两件都已定类别且不属同一大类的，相似程度按此打折；照片相同的不打折。100 为不打折。")
)
WEIGHTS = {
    "distance": policy("duplicates.weight_distance", 30, _("评分权重：距离"), "int"),
    "time": policy("duplicates.weight_time", 10, _("评分权重：时间"), "int"),
    "classes": policy("duplicates.weight_class", 10, _("评分权重：类别"), "int"),
    "words": policy("duplicates.weight_words", 50, _("评分权重：文字"), "int"),
    "photo": policy("duplicates.weight_photo", 60, _("评分权重：照片"), "int", _("只在照片相同或几乎相同时计入。")),
}
