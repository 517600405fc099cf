"""A program that serves nothing but probes, as quickly as may be, in the place of app.py."""

import json
import os
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from connectassist.core.place import Place


class Probes(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"version": "small", "status": "ok"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


place = Place.told(sys.argv[1:])
if place.only_prepares:
    sys.exit(0)
server = HTTPServer(("127.0.0.1", 0), Probes, bind_and_activate=False)
server.socket.close()
server.socket = socket.socket(fileno=place.listener)
Thread(target=server.serve_forever, daemon=True).start()
while os.getppid() == place.parent:
    time.sleep(0.1)
