"""How many places of each kind the invented city has, where they lie and what they are called.

`PLANS` has a row for each of the 40 categories: the number in a full city (1,640 in all), the kind of site, and name
patterns with the slots {stem} (community or village without its suffix), {area} (its full name), {street} (street
name) {n} (a Chinese numeral)
and {number} (the number within the category).
"""

from dataclasses import dataclass

NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Plan:
    """`site` is main, back, shopping, crossing, kerb (beside a street), inside (a cell), fringe, or a list's name."""

    count: int
    site: str
    names: tuple[str, ...]
    operator: str = ""


def _plan(count: int, site: str, names: str, operator: str = "") -> Plan:
    return Plan(count, site, tuple(names.split()), operator)


PLANS: dict[str, Plan] = {
    "main_road": _plan(85, "main", "{street}"),
    "back_street": _plan(110, "back", "{street}"),
    "commercial_street": _plan(12, "shopping", "{street}商业街 {street}步行街 {street}美食街"),
    "intersection": _plan(60, "crossing", "{street}"),
    "public_square": _plan(16, "inside", "{stem}文化广场 {stem}广场 {stem}健身广场 {stem}休闲广场"),
    "park": _plan(22, "inside", "{stem}公园 {stem}口袋公园 {stem}游园 {stem}社区花园", "landscaping"),
    "public_toilet": _plan(90, "kerb", "{street}{n}号公厕 {stem}公厕 {street}公厕", "sanitation"),
    "waste_station": _plan(39, "inside", "{stem}垃圾收集点 {stem}垃圾转运站 {stem}生活垃圾分类收集站", "sanitation"),
    "construction_site": _plan(
        30, "inside", "{stem}片区改造工程工地 {stem}住宅项目工地 {stem}综合楼项目工地 {stem}管网改造工地"
    ),
    "urban_fringe": _plan(14, "fringe", "{stem}城乡结合部 {stem}村口结合部 {stem}国道沿线结合部"),
    "street_office": _plan(4, "street_office", "{street}"),
    "community": _plan(31, "community", "{area}居委会（综合服务中心）"),
    "residential_compound": _plan(
        204,
        "inside",
        "{stem}小区 {stem}花园 {stem}苑 {stem}家园 {stem}雅居 {stem}新村 {stem}佳园 {stem}名邸 {stem}华庭 {stem}里",
        "property",
    ),
    "old_compound": _plan(70, "inside", "{stem}{n}号楼院 {stem}家属院 {stem}老旧楼{n}区 {stem}平房院"),
    "farm_market": _plan(
        18, "kerb", "{area}便民市场 {stem}农贸市场 {stem}蔬菜早市 {area}绿化便民市场", "market_company"
    ),
    "mall_supermarket": _plan(
        48, "kerb", "{stem}超市 {street}便民超市 {stem}购物中心 {street}生活超市 {street}百货商场"
    ),
    "hotel": _plan(42, "kerb", "{stem}宾馆 {street}商务酒店 {stem}快捷酒店 {stem}饭店 {street}民宿"),
    "restaurant": _plan(
        110,
        "kerb",
        "{stem}牛肉面馆 {street}烤肉店 {stem}家常菜馆 {street}火锅店 {stem}搓鱼面馆 "
        "{street}饺子馆 {stem}小吃店 {street}羊肉馆",
    ),
    "small_service_place": _plan(
        100, "kerb", "{stem}美发店 {street}理发店 {stem}浴室 {street}足浴店 {stem}招待所 {street}量贩歌厅 {stem}美容院"
    ),
    "railway_station": _plan(2, "railway", "嘉峪关站 嘉峪关南站", "railway"),
    "coach_station": _plan(2, "coach", "嘉峪关汽车客运站 嘉峪关南站客运枢纽"),
    "airport": _plan(1, "airport", "嘉峪关机场航站楼", "airport_operator"),
    "bus_line": _plan(22, "bus_line", "{number}路公交线路", "bus_company"),
    "bus_stop": _plan(110, "kerb", "{stem}公交站 {street}公交站 {area}公交站", "bus_company"),
    "taxi": _plan(25, "kerb", "{street}出租汽车候客点 {stem}出租汽车停靠点"),
    "gov_service_hall": _plan(
        8,
        "halls",
        "市政务服务大厅 不动产登记大厅 办税服务厅 公安户政服务大厅 车辆管理所服务厅 "
        "社会保险服务大厅 医疗保障服务大厅 公积金服务大厅",
        "gov_service",
    ),
    "bank": _plan(
        48, "kerb", "演示银行{street}支行 演示农商行{stem}支行 演示城市银行{stem}支行 演示储蓄银行{street}营业所"
    ),
    "utility_telecom_hall": _plan(
        36,
        "kerb",
        "{stem}供电营业厅 {stem}供水营业厅 {street}燃气营业厅 {street}供热营业厅 {street}通信营业厅 {stem}邮政营业厅",
        "utility",
    ),
    "hospital": _plan(44, "kerb", "{area}卫生服务站 {stem}诊所 {area}卫生服务中心 {stem}口腔门诊部", "hospital"),
    "culture_venue": _plan(
        14,
        "venues",
        "市图书馆 市文化馆 市博物馆 市美术馆 市科技馆 市体育馆 市全民健身中心 "
        "城市规划展览馆 长城博物馆 市群众艺术馆 雄关街道文化馆分馆 钢城街道图书分馆 "
        "市游泳馆 市青少年科普馆",
    ),
    "cinema": _plan(7, "kerb", "{street}影城 {stem}电影院 {stem}剧场"),
    "scenic_spot": _plan(
        12,
        "scenic",
        "关城景区 悬壁长城景区 长城第一墩景区 讨赖河大峡谷景区 东湖生态旅游景区 "
        "魏晋壁画墓景区 草湖湿地公园景区 关城游客服务中心 南站旅游咨询中心 "
        "演示旅行社新华门市 演示旅行社雄关门市 演示国际旅行社门市",
        "scenic_company",
    ),
    "patriotic_base": _plan(
        8,
        "bases",
        "长城文化爱国主义教育基地 铁山精神教育基地 烈士陵园 城市建设史馆 国防教育基地 "
        "党史学习教育馆 廉政教育基地 民族团结进步教育馆",
    ),
    "internet_cafe": _plan(24, "kerb", "{street}网吧 {stem}电竞网咖 {stem}网络会所"),
    "school": _plan(42, "inside", "{stem}小学 {stem}中学 {stem}第二小学 {stem}九年制学校", "school"),
    "school_periphery": _plan(42, "periphery", "{street}周边"),
    "minors_centre": _plan(
        14, "inside", "{stem}未成年人心理健康辅导站 {stem}乡村学校少年宫 {stem}青少年活动中心 {stem}未成年人之家"
    ),
    "practice_station": _plan(54, "practice", "{street}"),
    "township": _plan(3, "township", "{street}镇区"),
    "village": _plan(17, "village", "{area}"),
}

# Fixed sites of city-wide landmarks, metres east and north of the centre; used in turn by the named lists above.
LANDMARKS: dict[str, tuple[tuple[float, float], ...]] = {
    "railway": ((-4650, -1900), (900, -4700)),
    "coach": ((-2300, -900), (1050, -4500)),
    "airport": ((8200, 6900),),
    "halls": ((420, 260), (-380, 640), (900, -420), (-900, -300), (1500, 700), (-1500, 420), (300, -980), (-640, 1200)),
    "scenic": (
        (-5400, 2400),
        (-7300, 6200),
        (-3900, -6900),
        (-2600, -5800),
        (4300, 900),
        (10_400, 5600),
        (9300, -900),
        (-5100, 2150),
        (880, -4560),
        (600, 150),
        (-350, 520),
        (1250, -240),
    ),
    "bases": (
        (-5250, 2500),
        (-3100, 1500),
        (2600, 1900),
        (700, 900),
        (-1900, -1500),
        (300, 480),
        (1800, -900),
        (-700, -700),
    ),
}
SMALL_SHARE = 0.055
