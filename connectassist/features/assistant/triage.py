"""What a person's words point to: which check tells more, which remedy may help, how urgent it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from re import Pattern

URGENT, HIGH, USUAL, LOW = "critical", "high", "medium", "low"


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A kind of trouble; of several that fit, the first in the list counts. `check` looks into it and `remedy` may mend
    what that check finds; `first` is what to say at once, where waiting would be wrong; `ticket` says that a person is
    needed anyway."""

    name: str
    says: Pattern[str]
    called: str = ""
    check: str | None = None
    remedy: str | None = None
    does: str = ""
    priority: str = USUAL
    ticket: bool = False
    first: str = ""


def _any(*patterns: str) -> Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + ")", re.IGNORECASE)


TOPICS = (
    Topic(name="danger", priority=URGENT, ticket=True,
          says=_any(r"smok(?:e|ing)\b", r"burn(?:s|t|ing)?\b(?! (?:a )?(?:cd|dvd))", r"on fire\b", r"sparks?\b",
                    r"swollen batter", r"batter\w+ (?:is |looks |seems )?(?:swollen|bulging)", r"electric shock"),
          first="Please step back first: if you can do it safely, pull the power plug, and do not use or charge the "
                "device any more. If there is a fire, leave and call the emergency services."),
    Topic(name="attack", priority=URGENT, ticket=True, check="security", called="the protection of this computer",
          says=_any(r"ransom", r"hack(?:ed|er|ing)\b", r"files? (?:are|were|is|got) (?:all )?encrypted",
                    r"virus(?:es)?\b", r"malware", r"trojan", r"stranger .{0,30}(?:screen|computer|mouse)",
                    r"someone .{0,30}(?:controls?|controlling|moving) ", r"gave .{0,20}(?:password|pin) to",
                    r"(?:clicked|opened) .{0,40}(?:phish|suspicious|strange|fake)"),
          first="Please stop using this computer for now and take it off the network: pull the network cable, or "
                "switch Wi-Fi off. Do not pay anybody and do not type any password on it."),
    Topic(name="person", ticket=True,
          says=_any(r"(?:speak|talk|chat) (?:to|with) (?:a |an |some |the )?(?:real |actual )?(?:human|person|someone|"
                    r"somebody|technician|agent|colleague|support)", r"(?:real|actual) (?:human|person)",
                    r"(?:open|create|make|file|raise) (?:a |me a |another )?(?:support )?ticket",
                    r"call me\b", r"(?:i want|i need|get me) (?:a |an )?(?:human|person|technician|agent)")),
    Topic(name="damage", priority=HIGH, ticket=True,
          says=_any(r"spill(?:ed|t)?\b", r"dropped (?:my|the|it)", r"(?:screen|display|glass) (?:is )?"
                    r"(?:cracked|broken|smashed)", r"(?:cracked|smashed) (?:screen|display)", r"stolen\b",
                    r"(?:lost|lose) my (?:laptop|phone|computer|tablet)", r"won'?t (?:turn|switch|power) on",
                    r"does(?:n'?t| not) (?:turn|switch|power) on")),
    Topic(name="crash", check="event_log", remedy="sfc_scan", called="the system's own log",
          does="check the files of the system and repair broken ones",
          says=_any(r"blue ?screen", r"bsod\b", r"(?:computer|pc|laptop|windows|it) (?:just |keeps? |always )?"
                    r"(?:crash|restart(?:s|ing)? by itself|reboot(?:s|ing)? by itself)", r"kernel panic",
                    r"restarts? (?:by itself|on its own|randomly)")),
    Topic(name="disk", check="disk", remedy="clear_temp", called="the disks", does="delete old temporary files",
          says=_any(r"(?:disk|drive|storage|c:)\S* (?:is |are |almost |nearly )*full\b", r"out of (?:disk |storage )?"
                    r"space", r"no (?:more )?(?:disk |free |storage )?space", r"low (?:on )?(?:disk|storage|space)",
                    r"(?:disk|storage) space", r"not enough (?:disk |free |storage )?space")),
    Topic(name="printing", check="services", remedy="restart_spooler", called="the services, printing among them",
          does="restart printing", says=_any(r"print(?:er|ers|ing|s|ed|out)?\b", r"spooler", r"paper jam")),
    Topic(name="updates", check="windows_update", remedy="clear_update_cache", called="the updates",
          does="empty the update cache, so that updates are fetched again",
          says=_any(r"windows updates?\b", r"(?:system |software )?updates? (?:is |are |keeps? )?(?:fail|stuck|hang|"
                    r"pending|not)", r"(?:stuck|failing|failed) .{0,20}updat", r"updates? (?:won'?t|can'?t|does)")),
    Topic(name="browser", remedy="clear_browser_cache", does="empty the browsers' caches",
          says=_any(r"(?:web ?site|web ?page|page|site) (?:looks|is|shows|displays) "
                    r"(?:wrong|broken|old|outdated|weird)",
                    r"(?:browser|chrome|edge|firefox)\b.{0,40}(?:slow|cache|old version|weird|freez|hang)",
                    r"clear .{0,20}cache")),
    Topic(name="desktop", remedy="restart_explorer", does="restart the desktop and its task bar",
          says=_any(r"task ?bar\b", r"start menu\b", r"(?:desktop )?icons? (?:are |have |is )?(?:gone|missing|"
                    r"disappear)", r"file explorer .{0,20}(?:freez|hang|crash|not respond)")),
    Topic(name="network", check="network", remedy="repair_network", called="the network connection",
          does="renew the network address and empty the DNS cache",
          says=_any(r"internet\b", r"wi-?fi\b", r"wlan\b", r"ethernet", r"network\b(?! (?:drive|folder|share|printer))",
                    r"(?:no|lost|bad|slow|unstable) connection", r"offline\b", r"dns\b", r"(?:web ?sites?|web ?pages?) "
                    r"(?:don'?t|won'?t|doesn'?t|do not|does not) (?:load|open)", r"can'?t (?:get|go) online")),
    Topic(name="memory", check="memory", called="the memory", says=_any(r"out of memory", r"memory (?:is )?(?:full|low|"
          r"leak)", r"not enough memory", r"low memory")),
    Topic(name="heat", check="cpu", called="what keeps the processor busy",
          says=_any(r"over ?heat", r"(?:is|are|runs|very|too|so|gets?|getting|really) hot\b",
                    r"fans? (?:is |are |keeps? |runs? )?(?:loud|noisy|spinning|running|always)", r"loud fan")),
    Topic(name="battery", check="battery", called="the battery", says=_any(r"batter(?:y|ies)\b", r"not charging",
          r"won'?t charge", r"doesn'?t charge")),
    Topic(name="slow", check="top_processes", called="which programs keep this computer busy",
          says=_any(r"slow(?:ly|er)?\b", r"sluggish", r"lag(?:s|gy|ging)?\b", r"freez(?:e|es|ing)\b", r"frozen\b",
                    r"hang(?:s|ing)?\b", r"takes? (?:forever|ages|so long|too long)", r"unresponsive",
                    r"not respond", r"spinning (?:wheel|circle)")),
    Topic(name="protection", check="security", called="the protection of this computer",
          says=_any(r"antivirus", r"firewall", r"defender\b", r"security (?:check|scan|status)")),
)
_HURRY = _any(r"urgent", r"asap\b", r"emergency", r"immediately", r"right now", r"nobody can work", r"whole office",
              r"everyone (?:is|in)", r"all of us", r"can'?t work at all", r"production (?:is )?(?:down|stopped)",
              r"meeting (?:starts|begins|is|in) .{0,15}minutes?")
_GREETING = re.compile(r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings)(?: there| all)?[\s!.,]*",
                       re.IGNORECASE)
_THANKS = re.compile(r"(?:(?:ok(?:ay)?|great|perfect|super|cool|yes|it works(?: now)?|works now|solved|fixed)[\s!.,]*)*"
                     r"(?:thanks?(?: you)?(?: (?:so|very) much| a lot)?|thx|cheers|it works(?: now)?|works now|solved)"
                     r"[\s!.,]*", re.IGNORECASE)


def topic_of(text: str) -> Topic | None:
    """The first kind of trouble that the words point to."""
    return next((topic for topic in TOPICS if topic.says.search(text)), None)


def priority_of(text: str, topic: Topic | None) -> str:
    """How urgent it is."""
    usual = topic.priority if topic else USUAL
    return HIGH if usual == USUAL and _HURRY.search(text) else usual


def is_greeting(text: str) -> bool:
    """Nothing but a good day."""
    return _GREETING.fullmatch(text.strip()) is not None


def is_thanks(text: str) -> bool:
    """Nothing but thanks, or that it works now."""
    return _THANKS.fullmatch(text.strip()) is not None
