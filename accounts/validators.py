"""What a password or a user name may not be."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.crypto import normalise_mobile
from core.errors import DomainError

# Words anyone would try first here: the places, the work, the portal (reliability page, S9).
LOCAL_WORDS = (
    "曹杨", "花阳", "宝山", "西夏", "平凉", "普陀", "上海", "银川", "党建", "党校", "书记", "支部",
    "居委会", "村委会", "居民区", "社区", "带教", "培训", "实训", "基地", "组织部", "管理员",
    "caoyang", "huayang", "baoshan", "xixia", "pingliang", "putuo", "shanghai", "yinchuan",
    "dangjian", "dangxiao", "dangyuan", "shuji", "zhibu", "juweihui", "juweihui", "jumin",
    "shequ", "daijiao", "peixun", "shixun", "jidi", "zuzhibu", "guanliyuan", "trainingbase",
    "training", "secretary", "party", "portal", "admin", "password", "welcome", "mima",
    "qwerty", "123456789", "1234567890", "12345678", "123456", "12345", "1234", "88888888",
    "66666666", "888", "666",
)  # fmt: skip
LEAST_OF_ITS_OWN = 6


class LocalWordsValidator:
    """Refuses a password that is little more than words everyone here would guess."""

    def validate(self, password: str, user: Any = None) -> None:
        left = unicodedata.normalize("NFKC", password).casefold()
        for word in sorted(LOCAL_WORDS, key=len, reverse=True):
            left = left.replace(word, "")
        left = re.sub(r"(19|20)\d\d", "", left)
        if left != password.casefold() and len(re.sub(r"[\W_]", "", left)) < LEAST_OF_ITS_OWN:
            raise ValidationError(
                _(
                    "Words and numbers of this place or this work are guessed first. "
                    "Please add something of your own, at least %(count)d letters or digits."
                ),
                code="local_words",
                params={"count": LEAST_OF_ITS_OWN},
            )

    def get_help_text(self) -> str:
        return _("Not only names of places, of this work, or counting digits.")


USERNAME = re.compile(r"[\w][\w.\-]{1,58}[\w]")


def clean_username(text: str) -> str:
    """A user name: 3 to 60 letters, digits, dots or hyphens, and neither an e-mail nor a mobile.

    Kept apart from the other two so that what someone types names one account only. Raises
    DomainError with a sentence for the field.
    """
    name = unicodedata.normalize("NFKC", text).strip()
    if not USERNAME.fullmatch(name):
        raise DomainError(
            _("A user name has 3 to 60 letters, digits, dots or hyphens."), field="username"
        )
    try:
        normalise_mobile(name)
    except DomainError:
        return name
    raise DomainError(_("Please choose a user name that is not a mobile number."), field="username")
