"""Why the fields of the messaging pages are asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import BOARD, STAFF, Why, ask
from yipanqi.messaging import forms

ask(forms.WishesForm, title=_("我的消息设置"), owner=BOARD, who=STAFF, readers=_("只有本人"), often=_("想改时"), minutes=1, fields={
    "*": Why(_("每种消息怎样告诉您由您定；不改就逐条告知。")),
})  # fmt: skip
ask(forms.GroupForm, title=_("工作群"), owner=BOARD, who=BOARD, readers=BOARD, often=_("建群或换群时"), minutes=2, fields={
    "name": Why(_("发送记录里认得出是哪个群。"), differs=_("各是不同事物的名称")), "unit": Why(_("只发与这个单位有关的，不打扰别人。"), differs=_("各是不同事物的资料")),
    "url": Why(_("向群里发消息所用的密钥。"), keeps=_("加密保存，工作群删除时一并清除")),
    "kinds": Why(_("群里只要哪些消息。")), "active": Why(_("暂停发送而不删除。"), differs=_("各是不同事物的资料")),
})  # fmt: skip
ask(forms.DeviceForm, title=_("设备推送"), owner=BOARD, who=STAFF, readers=_("只有本人"), often=_("换设备时"), minutes=0.5, fields={
    "name": Why(_("列表里认得出是哪台设备，好随时关掉。"), differs=_("各是不同事物的名称")),
    "endpoint": Why(_("浏览器给出的推送地址，不用填。"), keeps=_("加密保存，关闭推送或账号停用时清除")),
    "p256dh": Why(_("只有这台设备能解开推送的内容，不用填。"), keeps=_("加密保存，关闭推送或账号停用时清除")),
    "auth": Why(_("只有这台设备能解开推送的内容，不用填。"), keeps=_("加密保存，关闭推送或账号停用时清除")),
})  # fmt: skip
