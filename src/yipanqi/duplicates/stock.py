"""What residents and hotlines write whatever the matter is. Until a city has counted texts of its own, these words say nothing
in its own; with every text that it counts they matter less, and from 1,000 on not at all.

Drawn up by hand, with the most frequent phrases of 2,816 messages to a city's mailbox in view.
"""

from __future__ import annotations

_PHRASES = """
尊敬的领导您好 各位领导 书记您好 市长您好 您好 你好 领导你好 百忙之中 谢谢 感谢 非常感谢 恳请 望回复 盼回复 敬请回复 期待回复
请相关部门尽快处理 请有关部门尽快处理 请尽快处理 请尽快解决 尽快解决 尽快核实处理 及时处理 请相关部门 请有关部门 有关部门 相关部门 政府部门 职能部门 希望有关部门 希望政府 希望领导 请求解决 请求政府
要求处理 要求尽快处理 请求帮助解决 予以解决 给予答复 给予解决 妥善处理 核实处理 到现场查看 派人处理 加强管理 加大整治力度
严重影响居民出行 严重影响居民生活 严重影响了 影响居民正常生活 影响市容 影响通行 给居民带来不便 存在安全隐患 居民意见很大 群众反映强烈
多次反映无人处理 多次反映未果 反映多次 多次反映 一直没有解决 至今没有解决 无人处理 无人管理 没有人管 长期无人清理 我是一名 我们小区 小区业主 附近居民 市民反映 市民来电反映 来电人反映 反映问题 我想咨询一下 请问
"""
STOCK = tuple(_PHRASES.split())
