"""Names of the units: the departments of the starting data as a city would call them, and the other organisations."""

OFFICE = "office"
OFFICE_NAME = "嘉峪关市精神文明建设指导委员会办公室（创城办）"

# department type -> (unit name, short name, parent department type or None)
DEPARTMENTS: dict[str, tuple[str, str, str | None]] = {
    "publicity": ("中共嘉峪关市委宣传部", "市委宣传部", None),
    "social_work": ("中共嘉峪关市委社会工作部", "市委社会工作部", None),
    "urban_mgmt": ("嘉峪关市城市管理执法局", "市城管执法局", None),
    "sanitation": ("嘉峪关市市容环境卫生总站", "市容环卫总站", "urban_mgmt"),
    "landscaping": ("嘉峪关市园林绿化中心", "市园林中心", None),
    "housing_construction": ("嘉峪关市住房和城乡建设局", "市住建局", None),
    "housing_property": ("嘉峪关市房产服务中心", "市房产中心", "housing_construction"),
    "natural_resources": ("嘉峪关市自然资源局", "市自然资源局", None),
    "public_security": ("嘉峪关市公安局", "市公安局", None),
    "traffic_police": ("嘉峪关市公安局交通警察支队", "市交警支队", "public_security"),
    "fire_rescue": ("嘉峪关市消防救援支队", "市消防救援支队", None),
    "emergency_mgmt": ("嘉峪关市应急管理局", "市应急管理局", None),
    "market_supervision": ("嘉峪关市市场监督管理局", "市市场监管局", None),
    "commerce": ("嘉峪关市商务局", "市商务局", None),
    "transport": ("嘉峪关市交通运输局", "市交通运输局", None),
    "railway": ("嘉峪关火车站", "嘉峪关车站", None),
    "airport_operator": ("嘉峪关机场公司", "机场公司", None),
    "culture_tourism": ("嘉峪关市文体广电和旅游局", "市文旅局", None),
    "sports": ("嘉峪关市体育事业发展中心", "市体育中心", "culture_tourism"),
    "education": ("嘉峪关市教育局", "市教育局", None),
    "health": ("嘉峪关市卫生健康委员会", "市卫健委", None),
    "civil_affairs": ("嘉峪关市民政局", "市民政局", None),
    "water_affairs": ("嘉峪关市水务局", "市水务局", None),
    "ecology": ("嘉峪关市生态环境局", "市生态环境局", None),
    "agriculture_rural": ("嘉峪关市农业农村局", "市农业农村局", None),
    "development_reform": ("嘉峪关市发展和改革委员会", "市发改委", None),
    "gov_service": ("嘉峪关市政务服务中心（12345热线）", "市政务服务中心", None),
    "financial_regulator": ("嘉峪关市地方金融监督管理局", "市金融监管局", None),
    "utility_power": ("嘉峪关供电公司", "供电公司", None),
    "utility_water": ("嘉峪关市供水公司", "供水公司", None),
    "utility_gas": ("嘉峪关市燃气公司", "燃气公司", None),
    "utility_heat": ("嘉峪关市热力公司", "热力公司", None),
    "utility_telecom": ("嘉峪关市通信与广电联合服务中心", "通信广电", None),
    "utility_post": ("嘉峪关市邮政管理局", "市邮政管理局", None),
}

PROPERTY_COMPANIES = ("雄关", "嘉和", "祁连", "明珠", "钢城", "佳苑", "玉泉", "安居")

# key -> (name, kind, parent key); all of them invented for the demonstration
ENTERPRISES: dict[str, tuple[str, str, str]] = {
    "bus_company": ("嘉峪关市演示公共交通公司", "enterprise", "transport"),
    "bike_company": ("演示共享单车嘉峪关运营部", "enterprise", "urban_mgmt"),
    "market_company": ("嘉峪关市演示市场开发服务中心", "enterprise", "commerce"),
    "scenic_company": ("关城景区演示运营公司", "enterprise", "culture_tourism"),
    "hospital_first": ("嘉峪关市演示第一医院", "enterprise", "health"),
    "hospital_tcm": ("嘉峪关市演示中医医院", "enterprise", "health"),
    "school_xinhua": ("新华演示小学", "school", "education"),
    "school_shengli": ("胜利演示小学", "school", "education"),
    "school_jianshe": ("建设路演示中学", "school", "education"),
    "school_yingbin": ("迎宾演示中学", "school", "education"),
    "school_mingzhu": ("明珠演示学校", "school", "education"),
    "practice_centre": ("嘉峪关市新时代文明实践中心", "practice_centre", "publicity"),
}

# key, name, remit of the eight working groups; (key, name, lead department types) of the eight duty groups
WORKING_GROUPS = (
    ("zonghe", "综合组", "统筹协调、值班调度、交办督办"),
    ("cailiao", "材料组", "网上申报、材料审核、档案归集"),
    ("jiancha", "检查组", "路段和实测点检查、问题清单和销号清单"),
    ("xuanchuan", "宣传组", "公益宣传、新闻报道、正面宣传与反向曝光"),
    ("ducha", "督查组", "督查通报、问题回查、约谈提醒"),
    ("zhiyuan", "志愿服务组", "文明交通劝导、志愿服务活动组织"),
    ("weichengnian", "未成年人工作组", "未成年人思想道德建设、校园周边整治"),
    ("baozhang", "后勤保障组", "经费物资、信息系统和会务保障"),
)
DUTY_GROUPS = (
    ("shirong", "市容环境专责组", ("urban_mgmt", "sanitation", "landscaping", "ecology")),
    ("jiaotong", "交通秩序专责组", ("traffic_police", "transport", "public_security", "utility_post")),
    ("xiaoqu", "社区小区专责组", ("housing_property", "housing_construction", "civil_affairs", "fire_rescue")),
    ("shichang", "集贸市场专责组", ("market_supervision", "commerce", "development_reform")),
    (
        "chuangkou",
        "窗口服务专责组",
        ("gov_service", "health", "financial_regulator", "utility_power", "utility_telecom"),
    ),
    ("xiaoyuan", "校园及未成年人专责组", ("education", "public_security", "culture_tourism")),
    ("zhencun", "镇村环境专责组", ("agriculture_rural", "water_affairs", "natural_resources")),
    ("wenlv", "文化旅游场所专责组", ("culture_tourism", "sports", "publicity")),
)
