"""Posts as offices write them, and the posts of the product that they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from committees.models.people import Post

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
    ("第一书记|团(总)?支?部?书记|纪委书记|原|前任|拟任|离任|退休", ()),
    ("副书记", (Post.DEPUTY,)),
    ("书记", (Post.SECRETARY,)),
    ("副主任|委员", (Post.MEMBER,)),
    ("主任", (Post.HEAD,)),
    ("社工|社区工作者|工作人员|网格", (Post.WORKER,)),
)


@dataclass(frozen=True, slots=True)
class Position:
    """`text` in full words, `posts` it means (none: a person has to say), `variant`: rewritten."""

    text: str
    posts: tuple[Post, ...]
    variant: bool = False


def read_position(text: str) -> Position:
    """书记兼主任 -> 党组织书记、居委会主任（一肩挑）: secretary and head of the committee."""
    bare = "".join(text.split()).replace("(", "（").replace(")", "）")
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


def _by_keyword(text: str) -> tuple[Post, ...]:
    for pattern, posts in _KEYWORDS:
        if re.search(pattern, text):
            return posts
    return ()
