"""Make the pictures in docs/images from the real screens: `.venv/bin/python scripts/screenshots.py`.

A real server, the packaged helper on a display of its own with a few programs, and a Chromium that looks.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.stage.browser import chromium
from tests.stage.display import Display, eventually
from tests.stage.helper import Helper, unpack
from tests.stage.server import PASSWORD, Server

IMAGES = ROOT / "docs" / "images"
TICKET = {"title": "Receipt printer at till 2 prints nothing",
          "description": "Since 8:40 no receipt comes out of the printer at till 2. The paper roll is new, the light "
                         "on it blinks red. Customers are waiting."}
#: The checks that the helper runs when it is asked for all of them.
CHECKS = 11
PROGRAMS = (
    ["xsetroot", "-solid", "#24505c"],
    ["xterm", "-geometry", "80x24+520+60", "-fa", "DejaVu Sans Mono", "-fs", "11", "-bg", "#fdfdf6", "-fg", "#20303a",
     "-T", "Printer", "-e", "printf 'office-laser is stopped: cover open\\n\\n'; lpstat -t 2>/dev/null; sleep 600"],
    ["xterm", "-geometry", "70x14+560+500", "-fa", "DejaVu Sans Mono", "-fs", "10", "-bg", "#1d2430", "-fg", "#d8e0ea",
     "-T", "Load", "-e", "top -d 2"],
)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="screenshots-"))
    server, display = Server(folder), Display(width=1280, height=800)
    shown = [subprocess.Popen(words, env=display.environment(), stderr=subprocess.DEVNULL) for words in PROGRAMS]
    try:
        staff = server.sign_in()
        code = staff.post("/api/support-codes", json={"customer_name": "Maria Lindqvist", "notes": "Printer"}).json()
        answer = staff.post("/api/customer/installer", json={"support_code": code["support_code"]}).json()
        package = folder / "package.zip"
        package.write_bytes(staff.get(answer["download_url"]).content)
        helper = Helper(unpack(package, folder), display, folder / "home", "--answer", "allow")
        try:
            _photograph(server, staff, display.screenshot(folder / "till-2.png"))
        finally:
            helper.close()
    finally:
        for each in shown:
            each.terminate()
        display.close()
        server.stop()


def _photograph(server: Server, staff, shown: Path) -> None:
    device = eventually(lambda: next((d for d in staff.get("/api/devices").json()["devices"] if d["online"]), None),
                        within=30, what="the device online")
    info = staff.post(f"/api/devices/{device['device_id']}/connect", json={}).json()["connection_info"]
    with chromium() as browser:
        page = browser.new_context(viewport={"width": 1440, "height": 860}).new_page()
        page.goto(server.url + "/login")
        page.fill("#username", "admin")
        page.fill("#password", PASSWORD)
        page.click("#go")
        page.wait_for_url("**/dashboard")
        _session(page, f"{server.url}/sessions/{info['session_id']}")
        _examine(staff, device["device_id"])
        _device(page, f"{server.url}/devices/{device['device_id']}")
        _ticket(page, f"{server.url}/tickets/{_opened_ticket(server, staff, device, shown)}")


def _session(page, url: str) -> None:
    page.goto(f"{url}?rights=view,control,files,commands&reason=The+printer")
    eventually(lambda: int(page.locator("#session").get_attribute("data-frames") or 0) > 20, within=30,
               what="the picture")
    page.fill("#message", "Hello Maria, I can see your screen now. The cover of the printer is open.")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    page.screenshot(path=str(IMAGES / "session.png"))


def _device(page, url: str) -> None:
    page.goto(url)
    eventually(lambda: page.get_by_text("Healthy").count() or page.get_by_text("Warning").count(), within=30,
               what="the health score")
    page.wait_for_timeout(1500)
    page.screenshot(path=str(IMAGES / "device.png"))


def _opened_ticket(server: Server, staff, device: dict, shown: Path) -> int:
    """A customer's ticket with a picture, on which a technician has begun to work."""
    staff.post("/api/admin/customers", json={"username": "maria", "display_name": "Maria Lindqvist",
                                             "client_id": device["client_id"], "password": PASSWORD})
    maria = server.sign_in("maria")
    path = f"/api/tickets/{maria.post('/api/tickets', json=TICKET).json()['id']}"
    maria.post(f"{path}/attachments", files={"file": ("till-2.png", shown.read_bytes(), "image/png")})
    staff.put(path, json={"device_id": device["device_id"], "status": "in_progress", "assigned_to": 1})
    staff.post(f"{path}/comments", json={"content": "Same printer as in March: the cover switch was worn out then.",
                                         "is_internal": True})
    staff.post(f"{path}/comments", json={"content": "Hello Maria, please open the cover, take the roll out, put it "
                                                    "back with the shiny side up, and close the cover firmly."})
    maria.post(f"{path}/comments", json={"content": "The roll is in again, but it still says: cover open."})
    return int(path.rsplit("/", 1)[-1])


def _ticket(page, url: str) -> None:
    page.goto(url)
    eventually(lambda: page.locator(".ct-bubble").count() >= 3 and page.locator("#files img").count(), within=30,
               what="the conversation and the file")
    page.wait_for_timeout(1500)
    page.screenshot(path=str(IMAGES / "ticket.png"))


def _examine(staff, device_id: str) -> None:
    """Run every check; the session's customer has granted `commands`."""
    results = f"/api/devices/{device_id}/diagnostics"
    staff.post(results, json={})
    eventually(lambda: len({each["check_type"] for each in staff.get(results).json()}) >= CHECKS, within=120,
               what="what the checks found")


if __name__ == "__main__":
    main()
