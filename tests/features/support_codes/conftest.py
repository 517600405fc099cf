"""The same app and codes as the packages' tests."""

from tests.features.packages.conftest import app, code, make_code, payloads

__all__ = ["app", "code", "make_code", "payloads"]
