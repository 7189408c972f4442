"""The API under /api/v1/: routers that the apps registered, behind personal tokens."""

from importlib import import_module

from ninja import NinjaAPI

from core.registries import api_routers

api = NinjaAPI(title="Training base portal", version="1", urls_namespace="api", docs_url=None)
for prefix, dotted in api_routers.items():
    module, name = dotted.rsplit(".", 1)
    api.add_router(f"/{prefix}", getattr(import_module(module), name))
