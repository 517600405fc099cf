"""The README.txt beside the helper: what to do, in plain words, for one platform."""

import textwrap
from dataclasses import dataclass

from builder.payloads.index import FOLDER, PLATFORMS

_WIDTH = 76
_WINDOWS = ("windows-x86_64", "template-exe", "scripts-windows")
_START = {
    "linux-x86_64": [
        "Unpack the ZIP: right-click it in your file manager and choose Extract Here.",
        f"Open the folder {FOLDER} and double-click connectassist-helper. If you are asked, choose Run.",
        "If nothing happens, open a terminal in that folder and type:\n"
        + "    chmod +x connectassist-helper\n    ./connectassist-helper",
    ],
    "linux-python": [
        "Unpack the ZIP: right-click it in your file manager and choose Extract Here.",
        f"Open a terminal in the folder {FOLDER} and type:  sh start-helper",
        "This small helper needs Python and says so if it is missing. The full helper needs nothing.",
    ],
    "windows-x86_64": [
        "Right-click the ZIP and choose Extract All. Do not start anything inside the ZIP itself.",
        f"Open the folder {FOLDER} and double-click connectassist-helper.",
        "If Windows says that it protected your PC, choose More info, check with your technician, then Run anyway.",
    ],
    "macos-arm64": [
        "Double-click the ZIP to unpack it.",
        f"Open the folder {FOLDER}, hold Control, click connectassist-helper.command and choose Open.",
        "When the Mac asks, allow Screen Recording and Accessibility: nobody can see or help without them.",
    ],
    "template-exe": [
        "Right-click the ZIP and choose Extract All. Do not start anything inside the ZIP itself.",
        f"Open the folder {FOLDER} and double-click the program in it.",
    ],
    "template-dmg": [
        "Double-click the ZIP to unpack it.",
        f"Open the folder {FOLDER}, double-click the disk image and start the program in it.",
    ],
    "scripts-windows": [
        "Right-click the ZIP and choose Extract All.",
        f"Open the folder {FOLDER} and double-click connect.bat. A page opens in which you can write and send files.",
        "To show the screen, put TightVNC into a folder named tightvnc beside it first.",
    ],
    "scripts-unix": [
        "Unpack the ZIP.",
        f"Open a terminal in the folder {FOLDER} and type:  sh connect.sh\n"
        "A page opens in which you can write and send files.",
        "To show the screen, install x11vnc first.",
    ],
}
_ALWAYS = [
    "A window asks what you allow. Nobody sees your screen before you press Allow.",
    "The red Stop button ends everything at once. Closing the window does too.",
    "When you are done, delete the folder: nothing was installed.",
]


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Who the readme speaks to and of. Every string may be hostile: control characters are dropped."""

    platform: str
    customer: str = ""
    technician: str = ""
    product: str = "ConnectAssist"
    server_url: str = ""
    expires_at: str = ""


def write(letter: Letter) -> str:
    """The text of README.txt, with the line ends that the platform's own editor expects."""
    product = _plain(letter.product) or "ConnectAssist"
    parts = [
        f"{product} Helper\n{'=' * (len(product) + 7)}",
        _greeting(letter, product),
        "To start\n\n" + _numbered(_START[letter.platform]),
        _good_to_know(letter.platform),
        _closing(letter),
    ]
    text = "\n\n".join(part for part in parts if part) + "\n"
    return text.replace("\n", "\r\n") if letter.platform in _WINDOWS else text


def _good_to_know(platform: str) -> str:
    """What holds for our own helper; of other programs nothing can be promised."""
    lines = _ALWAYS if platform in PLATFORMS else ["Delete the folder when you are done."]
    return "Good to know\n\n" + "\n".join(_wrapped(line, mark="- ") for line in lines)


def _greeting(letter: Letter, product: str) -> str:
    customer, technician = _plain(letter.customer), _plain(letter.technician)
    hello = f"Hello {customer}," if customer else "Hello,"
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
