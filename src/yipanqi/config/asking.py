"""Why the pages of signing in ask what they ask."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import BOARD, STAFF, Why, ask
from yipanqi.config import account_forms as forms

SAFE = {"owner": BOARD, "who": STAFF, "readers": _("无人可读，只存校验值"), "often": _("登录或改密码时"), "minutes": 0.3}
OURS = _("证明是您本人；密码只存不可还原的校验值。")
LAW = _("《网络安全法》第二十三条：等级保护身份鉴别")
TWICE = _("登录、改密码和敏感操作各验一次")
WORDS = {
    "login": Why(_("知道是谁在登录。")), "password": Why(OURS, basis=LAW, differs=TWICE), "remember": Why(_("自己的电脑上可以少登几次。")),
    "oldpassword": Why(_("防止别人趁您离开时改密码。")), "password1": Why(OURS, basis=LAW, differs=TWICE), "password2": Why(_("防止输错后自己也登不上。")),
    "code": Why(_("手机上的验证码，密码泄露了也进不来。"), basis=LAW, differs=TWICE), "*": Why(OURS, basis=LAW),
}  # fmt: skip
ask(forms.SignIn, title=_("登录"), fields=WORDS, **SAFE)
ask(forms.ChangePassword, title=_("修改密码"), fields=WORDS, **SAFE)
ask(forms.PasswordAgain, title=_("再次输入密码"), fields=WORDS, **SAFE)
ask(forms.Code, title=_("第二因素"), fields=WORDS, **SAFE)
ask(forms.CodeAgain, title=_("再次输入验证码"), fields=WORDS, **SAFE)
ask(forms.FirstCode, title=_("启用第二因素"), fields=WORDS, **SAFE)
