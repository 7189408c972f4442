"""Posts as offices write them, and the posts of the product that they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from committees.models.people import CAN_BE_IN_CHARGE, Post

_ORGANISATIONS = {
    "": "党组织",
    "总支": "党总支",
    "总支部": "党总支",
    "党总支部": "党总支",
    "支部": "党支部",
    "联合党委": "联合党委",
}
_SECRETARY = re.compile(
    r"(?P<place>居民区|社区|村)?"
    r"(?P<body>党委|联合党委|党总支部?|党支部|党组织|总支部?|支部)?"
    r"(?P<deputy>副)?书记"
    r"(?:[、,，/\-和]?(?:兼任?)?(?P<seat>居委会|居民委员会|村委会|村民委员会|居委|村委)?(?P<vice>副)?主任)?"
    r"(?P<both>（?一肩挑）?)?"
)
# The first word that fits decides; what stands above it must not be mistaken for it.
_KEYWORDS: tuple[tuple[str, tuple[Post, ...]], ...] = (
    ("团(总)?支?部?书记|纪委书记|原|前任|拟任|离任|退休", ()),
    ("书记.*兼.*书记", ()),  # two seats in one cell: which of them is this row's?
    ("第一书记", (Post.FIRST_SECRETARY,)),
    ("副书记", (Post.DEPUTY,)),
    ("书记", (Post.SECRETARY,)),
    ("副主任|委员", (Post.MEMBER,)),
    ("主任", (Post.HEAD,)),
    ("社工|社区工作者|工作人员|网格", (Post.WORKER,)),
)
# 副书记（主持工作）, 主持工作副书记, 委员主持党总支工作
_IN_CHARGE = re.compile(
    r"（(?:临时|暂时)?主持(?:党总支|党支部|党委|党组织|全面|日常)?(?:工作)?）"
    r"|(?:临时|暂时)?主持(?:党总支|党支部|党委|党组织|全面|日常)?工作(?:的)?"
)
# 书记（兼）, 兼任党支部书记. 书记兼主任 is another thing: two posts in one committee.
_CONCURRENT = re.compile(r"（兼任?）|^兼任?(?=.*书记$)")


@dataclass(frozen=True, slots=True)
class Position:
    """`text` in full words, `posts` it means (none: a person has to say), `variant`: rewritten.

    `in_charge`: whoever holds the first post does the secretary's work. `concurrent`: the sheet
    says that this is a further seat.
    """

    text: str
    posts: tuple[Post, ...]
    variant: bool = False
    in_charge: bool = False
    concurrent: bool = False


def read_position(text: str) -> Position:
    """书记兼主任 -> 党组织书记、居委会主任（一肩挑）: secretary and head of the committee."""
    bare = "".join(text.split()).replace("(", "（").replace(")", "）")
    plain, charges = _IN_CHARGE.subn("", bare)
    plain, further = _CONCURRENT.subn("", plain)
    if charges or further:
        return _particular(bare, plain, bool(charges), bool(further))
    found = _SECRETARY.fullmatch(bare)
    if not found:
        return Position(bare, _by_keyword(bare))
    body = found["body"] or ""
    deputy, head = bool(found["deputy"]), "主任" in bare or bool(found["both"])
    full = _ORGANISATIONS.get(body, body) + ("副书记" if deputy else "书记")
    posts: tuple[Post, ...] = (Post.DEPUTY if deputy else Post.SECRETARY,)
    if head and found["vice"]:
        return Position(bare, (*posts, Post.MEMBER))
    if head:
        seat = "村委会" if (found["seat"] or "").startswith("村") else "居委会"
        full += f"、{seat}主任" + ("" if deputy else "（一肩挑）")
        posts = (*posts, Post.HEAD)
    return Position(full, posts, variant=full != bare)


def _particular(bare: str, plain: str, charges: bool, further: bool) -> Position:
    """A post with 主持工作 or 兼任 beside it; the text stays as the office wrote it."""
    read = read_position(plain)
    if not read.posts:
        return Position(bare, ())
    in_charge = charges and read.posts[0] in CAN_BE_IN_CHARGE
    if charges and not in_charge and read.posts[0] != Post.SECRETARY:
        return Position(bare, ())
    seat = in_charge or read.posts[0] == Post.SECRETARY
    return Position(bare, read.posts, in_charge=in_charge, concurrent=further and seat)


def _by_keyword(text: str) -> tuple[Post, ...]:
    for pattern, posts in _KEYWORDS:
        if re.search(pattern, text):
            return posts
    return ()
