"""/api/llm: who answers in the chats with devices (contract 000)."""

from __future__ import annotations

from connectassist.features.assistant import service
from connectassist.features.assistant.shapes import ModelView, ProviderView, TestView
from connectassist.http.guard import ADMIN, ANYONE, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("llm", __name__, url_prefix="/api/llm", description="The assistant's provider.")


@bp.get("/config")
@who_may(ANYONE)
@bp.response(200)
@bp.shows(ProviderView)
def config() -> dict:
    """Which provider and model answer, and where it is; never a key."""
    return service.description()


@bp.get("/models")
@who_may(ANYONE)
@bp.response(200)
@bp.shows(ModelView)
def models() -> dict:
    """Which provider and model answer."""
    return {name: text for name, text in service.description().items() if name != "url"}


@bp.post("/test")
@who_may(ADMIN)
@bp.response(200)
@bp.shows(TestView)
def test() -> dict:
    """Ask the provider something small, and tell how it went."""
    return service.test()
