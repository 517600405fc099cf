"""The README.txt beside the helper: what to do, in plain words, for one platform."""

import textwrap
from dataclasses import dataclass

from builder.payloads.index import FOLDER, PLATFORMS

_WIDTH = 76
_WINDOWS = ("windows-x86_64", "template-exe", "scripts-windows")
_START = {
    "linux-x86_64": [
        "Unpack the ZIP: right-click it in your file manager and choose Extract Here.",
        "Open {folder} and double-click connectassist-helper. If you are asked, choose Run.",
        "If nothing happens, open a terminal in that folder and type:\n"
        + "    chmod +x connectassist-helper\n    ./connectassist-helper",
    ],
    "linux-python": [
        "Unpack the ZIP: right-click it in your file manager and choose Extract Here.",
        "Open a terminal in {folder} and type:  sh start-helper",
        "This small helper needs Python and says so if it is missing. The full helper needs nothing.",
    ],
    "windows-x86_64": [
        "Right-click the ZIP and choose Extract All. Do not start anything inside the ZIP itself.",
        "Open {folder} and double-click connectassist-helper.",
        "If Windows says that it protected your PC, choose More info, check with your technician, then Run anyway.",
    ],
    "macos-arm64": [
        "Double-click the ZIP to unpack it.",
        "Open {folder}, hold Control, click connectassist-helper.command and choose Open.",
        "When the Mac asks, allow Screen Recording and Accessibility: nobody can see or help without them.",
    ],
    "template-exe": [
        "Right-click the ZIP and choose Extract All. Do not start anything inside the ZIP itself.",
        "Open {folder} and double-click the program in it.",
    ],
    "template-dmg": [
        "Double-click the ZIP to unpack it.",
        "Open {folder}, double-click the disk image and start the program in it.",
    ],
    "scripts-windows": [
        "Right-click the ZIP and choose Extract All.",
        "Open {folder} and double-click connect.bat. A page opens in which you can write and send files.",
        "To show the screen, put TightVNC into a folder named tightvnc beside it first.",
    ],
    "scripts-unix": [
        "Unpack the ZIP.",
        "Open a terminal in {folder} and type:  sh connect.sh\n"
        "A page opens in which you can write and send files.",
        "To show the screen, install x11vnc first.",
    ],
}
_ALWAYS = [
    "A window asks what you allow. Nobody sees your screen before you press Allow.",
    "The red Stop button ends everything at once. Closing the window does too.",
    "When you are done, delete the folder: nothing was installed.",
]
_FOR_GOOD = [
    "Keep the folder: the program runs from it. While it runs, your support looks after this computer.",
    "The window always shows who is connected. The red Stop button ends everything at once.",
    "Repairs are asked for on this computer first. Nobody sees your screen before you press Allow.",
]
_UNATTENDED = "Whoever made this installer chose that your support may also come in while nobody sits here."


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Who the readme speaks to and of. Every string may be hostile: control characters are dropped."""

    platform: str
    customer: str = ""
    technician: str = ""
    product: str = "ConnectAssist"
    server_url: str = ""
    expires_at: str = ""
    folder: str = FOLDER
    """Where the program lies in the ZIP; empty for its root."""
    client: str = ""
    """The company whose computer this is to be looked after; empty for help that is given once."""
    unattended: bool = False


def write(letter: Letter) -> str:
    """The text of README.txt, with the line ends that the platform's own editor expects."""
    product = _plain(letter.product) or "ConnectAssist"
    parts = [
        f"{product} Helper\n{'=' * (len(product) + 7)}",
        _greeting(letter, product),
        "To start\n\n" + _numbered([step.replace("{folder}", _where(letter)) for step in _START[letter.platform]]),
        _good_to_know(letter),
        _closing(letter),
    ]
    text = "\n\n".join(part for part in parts if part) + "\n"
    return text.replace("\n", "\r\n") if letter.platform in _WINDOWS else text


def _where(letter: Letter) -> str:
    return f"the folder {letter.folder}" if letter.folder else "the unpacked folder"


def _good_to_know(letter: Letter) -> str:
    """What holds for our own helper; of other programs nothing can be promised."""
    lines = _ALWAYS if letter.platform in PLATFORMS else ["Delete the folder when you are done."]
    if letter.client:
        lines = [*(_FOR_GOOD if letter.platform in PLATFORMS else _FOR_GOOD[:1]),
                 *([_UNATTENDED] if letter.unattended else [])]
    return "Good to know\n\n" + "\n".join(_wrapped(line, mark="- ") for line in lines)


def _greeting(letter: Letter, product: str) -> str:
    customer, technician = _plain(letter.customer), _plain(letter.technician)
    hello = f"Hello {customer}," if customer else "Hello,"
    if client := _plain(letter.client):
        text = f"this small program of {product} puts this computer of {client} into the care of its support."
        return f"{hello}\n\n{_wrapped(text)}"
    helped = f"{technician} will help you" if technician else "You will be helped"
    return f"{hello}\n\n{_wrapped(f'{helped} with this small program of {product}.')}"


def _closing(letter: Letter) -> str:
    lines = []
    if server := _plain(letter.server_url, longest=200):
        lines.append(f"It was made for you by {server}.")
    if expires := _plain(letter.expires_at):
        lines.append(f"It can be started for the first time until {expires}. Later, ask for a new one.")
    lines.append("If you did not ask for help, do not start it, and delete it.")
    return "\n".join(_wrapped(line) for line in lines)


def _numbered(steps: list[str]) -> str:
    return "\n".join(_wrapped(step, mark=f"{number}. ") for number, step in enumerate(steps, 1))


def _wrapped(text: str, *, mark: str = "") -> str:
    """Wrap a paragraph, each of its own lines kept as a line, under its bullet or number."""
    indent = " " * len(mark)
    wrap = textwrap.TextWrapper(_WIDTH, break_long_words=False, break_on_hyphens=False, subsequent_indent=indent)
    first, *others = text.split("\n")
    lines = [wrap.fill(mark + first), *(indent + line for line in others)]
    return "\n".join(lines)


def _plain(text: str, *, longest: int = 80) -> str:
    """One line of printable text: no control, format or direction characters, and not too long."""
    shown = "".join(sign if sign.isprintable() else " " for sign in str(text))
    return " ".join(shown.split())[:longest].rstrip()
