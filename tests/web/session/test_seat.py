"""What the technician's page makes of a change of consent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

TOLD = """async (m, event) => {
  const { createStore, BLANK } = await import("/static/session/store.js");
  const store = createStore({ ...BLANK, rights: ["view"] }), handlers = {};
  const line = { socket: { on() {} }, on: (name, handler) => (handlers[name] = handler), onResync() {} };
  m.takeSeat({ store, line, sessionId: "S", me: { id: "7" }, happened() {}, onSeated() {} });
  handlers["consent-changed"]({ sessionId: "S", ...event });
  const { rights, takenBack, admitted, held } = store.facts;
  return { rights, takenBack, admitted, held };
}"""


@pytest.mark.parametrize(("event", "told"), [
    ({"rights": [], "by": "customer", "admitted": []},
     {"rights": [], "takenBack": ["view"], "admitted": False, "held": []}),
    ({"rights": ["view", "control"], "by": "customer", "admitted": ["8"], "technicianId": "8"},
     {"rights": [], "takenBack": [], "admitted": False, "held": ["view", "control"]}),
    ({"rights": ["view", "control"], "by": "customer", "admitted": ["7", "8"], "technicianId": "8"},
     {"rights": ["view", "control"], "takenBack": [], "admitted": True, "held": ["view", "control"]})])
def test_a_helper_that_let_a_colleague_in_took_nothing_back(run: Callable[..., Any], event: dict[str, Any],
                                                            told: dict[str, Any]) -> None:
    assert run("seat", TOLD, event) == told
