"""The peer for lists and searches of tickets: Flask under the same server (eventlet's), plain sqlite3 on the same rows.
`/like` looks through each text with LIKE, `/fts` asks FTS5's trigram index, which needs three signs of each word. What
it leaves out: sign-in, scopes, names of people and machines, clocks, checked arguments, and a hub that goes on while
the database looks."""

import eventlet

eventlet.monkey_patch()

import json
import sqlite3
import sys

from eventlet import wsgi
from flask import Flask, Response, request

_, path, port = sys.argv
app = Flask(__name__)
db = sqlite3.connect(path, check_same_thread=False)
db.row_factory = sqlite3.Row
COLUMNS = ("id, client_id, device_id, title, description, status, priority, category, assigned_to, created_by_id, "
           "requested_by, resolution, version, created_at, updated_at, resolved_at")


def answered(where: str, values: list[str]) -> Response:
    rows = db.execute(f"SELECT {COLUMNS} FROM tickets {where} ORDER BY created_at DESC, id DESC LIMIT 50", values)
    total = db.execute(f"SELECT count(*) FROM tickets {where}", values).fetchone()[0]
    return Response(json.dumps({"tickets": [dict(row) for row in rows], "total": total}), mimetype="application/json")


@app.get("/like")
def like() -> Response:
    words = request.args.get("search", "").casefold().split()
    tests = ["search_text LIKE ?"] * len(words)
    mine = request.args.get("created_by_id")
    if mine:
        tests.append("created_by_id = ?")
    return answered(f"WHERE {' AND '.join(tests)}" if tests else "",
                    [f"%{word}%" for word in words] + ([mine] if mine else []))


@app.get("/fts")
def fts() -> Response:
    words = request.args["search"].casefold().split()
    mine = request.args.get("created_by_id")
    return answered(f"WHERE id IN (SELECT rowid FROM found WHERE found MATCH ?){' AND created_by_id = ?' * bool(mine)}",
                    [" AND ".join(f'"{word}"' for word in words), *([mine] if mine else [])])


@app.get("/login")
def ready() -> str:
    return "ready"


wsgi.server(eventlet.listen(("127.0.0.1", int(port))), app, log_output=False)
