"""Words for the invented helpers: kinds of service, lecture teams, brand projects, institutions, meetings."""

#: key, name, theme, lowest age, insured, training
KINDS = (
    ("theory", "党的创新理论宣讲", "lecture", 0, False, ""), ("history", "党史和家乡故事宣讲", "lecture", 0, False, ""), ("policy", "惠民政策宣传", "policy", 0, False, ""),
    ("law", "法律咨询和普法", "policy", 18, False, ""), ("culture", "文艺演出和书画", "culture", 0, False, ""), ("sports", "全民健身指导", "culture", 0, False, ""),
    ("reading", "阅读和亲子陪伴", "culture", 0, False, ""), ("elderly", "敬老助老", "care", 0, False, ""), ("disabled", "关爱残疾人", "care", 0, False, ""),
    ("children", "关爱未成年人和课后托管", "care", 18, False, ""), ("health", "义诊和健康讲座", "care", 18, False, ""), ("counselling", "心理疏导", "care", 18, False, ""),
    ("traffic", "文明交通劝导", "order", 16, True, ""), ("courtesy", "文明礼仪劝导", "order", 0, False, ""), ("environment", "环境清洁和垃圾分类", "environment", 0, False, ""),
    ("trees", "植绿护绿", "environment", 0, False, ""), ("rescue", "应急救援和救护", "rescue", 18, True, ""), ("repair", "便民维修", "other", 18, False, ""),
)  # fmt: skip
#: The ten lecture teams; squads stand below them.
LECTURERS = ("专家学者宣讲团", "“清风”宣讲团", "“夕阳红”宣讲团", "青年宣讲团", "巾帼宣讲团", "劳模工匠宣讲团", "乡贤宣讲团", "文艺宣讲团", "法治宣讲团", "“小红花”少年宣讲团")
SQUADS = ("小板凳", "院坝", "板房", "车间", "田间", "广场", "楼道", "班前会", "茶话", "快板")
SERVICES = ("邻里互助", "敬老助老", "文明交通", "环境清洁", "义诊", "普法", "助残", "课后陪伴", "便民维修", "文艺", "植绿", "阅读", "理发", "家电清洗", "心理疏导")
SERVICE_KINDS = ("elderly", "elderly", "traffic", "environment", "health", "law", "disabled", "children", "repair", "culture", "trees", "reading", "repair", "repair", "counselling")
CARES = ("敬老", "助残", "助学", "环保", "救援", "义诊", "普法", "文艺", "阅读", "健身", "禁毒", "反诈", "心理", "家政", "摄影")
#: name, kind, what it gives
BRANDS = (
    ("孝老饭庄", "elderly", "社区食堂为七十岁以上独居老人提供午餐，志愿者帮厨、送餐上门。"),
    ("道德储蓄", "courtesy", "居民做好事、当志愿者记入道德储蓄，凭积分换服务和日用品。"),
    ("邻里一家亲", "culture", "楼院里的节日聚会、邻居节和百家宴，让邻居认识邻居。"),
    ("四点半课堂", "children", "放学后没人接的孩子到站点写作业、做手工，由教师志愿者照看。"),
    ("小板凳宣讲", "theory", "宣讲员带着小板凳进楼院、进田间，用身边事讲政策。"),
    ("小红花宣讲", "history", "小学生讲红色故事，讲完送一朵小红花。"),
    ("雄关义剪", "repair", "每月逢六为老人、残疾人免费理发。"),
    ("快递1+N", "courtesy", "快递小哥送件路上顺手报告隐患、帮老人捎带。"),
    ("暖心热线", "counselling", "心理咨询志愿者接听电话，困难的转到门诊。"),
    ("戈壁绿芽", "trees", "认养一棵树，一年浇四次水，成活了挂上自己的名牌。"),
    ("蓝天守护", "rescue", "走失老人搜寻、水域巡护和应急救护培训。"),
    ("老物件修理铺", "repair", "修伞、修锅、磨刀、修小家电，每周三在站点开张。"),
)
INSTITUTIONS = (
    ("志愿服务工作管理办法", "市精神文明建设指导委员会"), ("志愿服务工作联席会议制度", "市精神文明建设指导委员会"), ("社区志愿者招募注册制度", "市文明办"),
    ("社区志愿服务记录制度", "市文明办"), ("社区志愿者培训制度", "市文明办"), ("社区志愿服务供需对接制度", "市文明办"), ("社区志愿服务积分兑换制度", "市文明办"),
    ("志愿者星级评定制度", "市文明办"), ("志愿者激励嘉许和礼遇制度", "市文明办"), ("志愿服务保险和安全制度", "市文明办"),
)  # fmt: skip
RULE = "第一条 为规范本项工作，结合实际制定本制度。\n第二条 志愿服务坚持自愿、无偿、平等、诚信、合法，不得强行指派。\n第三条 各所、站按本制度办理，市新时代文明实践中心负责解释。（演示文本）"
#: matter, then what was decided: (words, key of the unit, days until it is due)
MEETINGS = (
    ("研究“逢6上街”活动安排和路口值守分工。", (("排定路口和单位，活动前三天公布", "practice_centre", 14), ("保障劝导员反光背心和手旗", "traffic_police", 20))),
    ("听取五单流程运行情况，研究代点单服务。", (("社区便民窗口代居民点单", "civil_affairs", 30), ("梳理供单目录并公布", "practice_centre", 21))),
    ("研究志愿者保险和培训经费。", (("提出年度保险方案", "social_work", 30), ("应急救护培训不少于四期", "health", 90))),
    ("研究未成年人假期托管志愿服务。", (("提供教室和活动场地", "education", 30), ("招募教师和大学生志愿者", "practice_centre", 25))),
)
POINTS = ("城市书房", "悦读驿站", "农家书屋", "乡村大舞台", "暖心驿站", "文化广场", "红色教育点", "便民服务点")
