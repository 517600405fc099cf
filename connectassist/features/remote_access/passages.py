"""What contract 000's dashboard asks of a device beyond tools and checks, by which names it passes, and how each is
guarded: a table, so that nothing passes that doesn't stand here."""

from __future__ import annotations

from dataclasses import dataclass

TERMINAL, DESKTOP = "terminal", "desktop"


@dataclass(frozen=True)
class Ask:
    """One question and its one answer. `is_silent`: the device's own agent asks nobody before it answers, so the
    device must have been opened for unattended access beforehand."""

    event: str
    to_device: str
    answer: str
    to_staff: str
    doc: str
    is_silent: bool = True


@dataclass(frozen=True)
class Opening:
    """The request for a line to a device, over which input goes until either side closes it."""

    event: str
    kind: str
    extra: tuple[tuple[str, object], ...]
    doc: str
    is_silent: bool = False


ASKS = (
    Ask("request_screenshot", "screenshot_request", "screenshot_result", "device_screenshot_update",
        "Ask the person at the device for a picture of the screen.", is_silent=False),
    Ask("request_file_browse", "file_browse_request", "file_browse_result", "file_browse_result", "List a folder."),
    Ask("request_file_read", "file_read_request", "file_read_result", "file_read_result", "Read a file."),
    Ask("request_file_delete", "request_file_delete", "file_delete_result", "file_delete_result", "Delete files."),
    Ask("request_file_properties", "request_file_properties", "file_properties_result", "file_properties_result",
        "A file's properties."),
    Ask("request_file_paste", "request_file_paste", "file_paste_result", "file_paste_result", "Copy or move files."),
    Ask("request_file_download", "request_file_download", "file_download_result", "file_download_result",
        "Fetch a file."),
    Ask("request_file_upload", "request_file_upload", "file_upload_result", "file_upload_result", "Send a file."),
    Ask("execute_script", "script_request", "script_result", "script_result", "Run a script."),
)
OPENINGS = (
    Opening("start_terminal", TERMINAL, (), "Ask the person at the device for a terminal."),
    Opening("start_terminal_elevated", TERMINAL, (("elevated", True),),
            "Ask the person at the device for a terminal with all rights."),
    Opening("start_desktop", DESKTOP, (("forceOverride", False),), "Ask the person at the device for the desktop."),
    Opening("force_desktop_request", DESKTOP, (("forceOverride", True),), "Open the desktop without a question.",
            is_silent=True),
)
#: What goes over an open line, by the dashboard's name and the device's.
INPUTS = {
    "terminal_input": (TERMINAL, "terminal_input"), "desktop_mouse": (DESKTOP, "desktop_mouse_input"),
    "desktop_keyboard": (DESKTOP, "desktop_keyboard_input"), "desktop_quality": (DESKTOP, "desktop_quality_update"),
    "desktop_switch_monitor": (DESKTOP, "desktop_switch_monitor"),
    "desktop_paste_text": (DESKTOP, "desktop_paste_text"), "desktop_ctrl_alt_del": (DESKTOP, "desktop_ctrl_alt_del"),
    "desktop_launch_tool": (DESKTOP, "desktop_launch_tool"), "desktop_file_upload": (DESKTOP, "desktop_file_upload"),
    "desktop_toggle": (DESKTOP, "desktop_toggle"),
}
CLOSINGS = {"stop_terminal": TERMINAL, "stop_desktop": DESKTOP}
#: What a device says over a line: whether it opens, goes on, or ends with it.
OPENS = {"terminal_started": TERMINAL, "desktop_started": DESKTOP}
GOES_ON = {"terminal_output": TERMINAL, "desktop_frame": DESKTOP, "desktop_monitors": DESKTOP,
           "desktop_perf_data": DESKTOP, "desktop_file_upload_ack": DESKTOP}
ENDS = {"terminal_stopped": TERMINAL, "terminal_denied": TERMINAL, "desktop_stopped": DESKTOP,
        "desktop_denied": DESKTOP}
