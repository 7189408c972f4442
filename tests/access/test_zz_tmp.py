import pytest
from tests.access.matrix import Walker, prepare, specifications
from tests.access.spec import ROLES
from tests.access.world import build_world
@pytest.mark.django_db
def test_some():
    world = build_world(); prepare(world); w = Walker(world)
    wrong = [l for m in specifications().values() for n, r in m.ROUTES.items() if any(x in n for x in ": home styleguide audit mfa_ account_ social openid set_ usersess api-docs".split()) for l in w.walk(n, r, (*ROLES, "anonymous"))]
    assert not wrong, "\n" + "\n".join(wrong)
