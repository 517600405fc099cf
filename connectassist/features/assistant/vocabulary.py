"""Words that say little, words that mean the same here, and how other languages are known."""

from __future__ import annotations

_SMALL = """a about after all also am an and any are as at back be because been before but by can cannot can't could did
didn't do does doesn't doing don't even every for from get gets getting give go goes going got had has have haven't he
hello help her hey hi him his how i i'm i've if in into is isn't it it's its just keep keeps know let like make me my
need no not now of off on one only or other our out please really say says see she should since so some still such tell
than thank thanks that the their them then there these they this those to today too try trying up us use using very want
was we well were what when where which while who why will with won't work working works would yes you your yours
morning afternoon evening yesterday day days week weeks minute minutes hour hours again always often sometimes suddenly
since terribly totally completely thing things something anything problem problems issue issues trouble"""
STOP_WORDS = frozenset(_SMALL.split())

#: The second word is what is looked for.
SAME = {
    "wi-fi": "wifi", "wlan": "wifi", "wireless": "wifi", "broadband": "internet",
    "laptop": "computer", "pc": "computer", "notebook": "computer", "machine": "computer",
    "e-mail": "mail", "email": "mail", "emails": "mail", "e-mails": "mail", "mails": "mail",
    "log-in": "login", "logon": "login", "signin": "login", "sign-in": "login",
    "mic": "microphone", "webcam": "camera", "display": "screen", "monitor": "screen", "audio": "sound",
    "pwd": "password", "passcode": "password", "mfa": "authenticator", "2fa": "authenticator",
    "frozen": "freeze", "froze": "freeze", "freezes": "freeze", "hangs": "freeze", "hanging": "freeze",
    "sluggish": "slow", "laggy": "slow", "lagging": "slow", "slowly": "slow",
    "cellphone": "phone", "smartphone": "phone", "mobile": "phone", "iphone": "phone", "android": "phone",
    "bsod": "bluescreen", "blue-screen": "bluescreen",
}

_GERMAN = "ich nicht mein meine der die das und ist mit geht kann kein keine wie bitte auf den habe passwort hilfe"
_FRENCH = "je mon ma mes le la les ne pas est une et avec ça marche bonjour aide sur plus peux imprimante mot comment"
_SPANISH = "mi mis el la los no puedo es una y con funciona hola ayuda por favor está impresora contraseña cómo tengo"
_ITALIAN = "il la mio mia non è una e con funziona ciao aiuto posso stampante come ho il di che più gli"
_PORTUGUESE = "meu minha o os não consigo é uma e com funciona olá ajuda impressora senha como tenho para você está"
_DUTCH = "ik mijn de het een niet en is met werkt kan geen hoe hallo hulp wachtwoord doet op heb printer"
#: Each language's small words, and what is said to somebody who writes in it.
LANGUAGES: dict[str, tuple[frozenset[str], str]] = {
    "de": (frozenset(_GERMAN.split()), "Ich verstehe leider nur Englisch gut. Soll ich ein Ticket eröffnen, damit ein "
           "Techniker Ihre Nachricht liest?"),
    "fr": (frozenset(_FRENCH.split()), "Désolé, je ne comprends bien que l'anglais. Voulez-vous que j'ouvre un ticket "
           "pour qu'un technicien lise votre message ?"),
    "es": (frozenset(_SPANISH.split()), "Lo siento, solo entiendo bien el inglés. ¿Quiere que abra un ticket para que "
           "un técnico lea su mensaje?"),
    "it": (frozenset(_ITALIAN.split()), "Mi dispiace, capisco bene solo l'inglese. Vuole che apra un ticket, così un "
           "tecnico legge il suo messaggio?"),
    "pt": (frozenset(_PORTUGUESE.split()), "Desculpe, só entendo bem inglês. Quer que eu abra um ticket para que um "
           "técnico leia a sua mensagem?"),
    "nl": (frozenset(_DUTCH.split()), "Sorry, ik begrijp alleen Engels goed. Zal ik een ticket openen, zodat een "
           "technicus uw bericht leest?"),
}
ONLY_ENGLISH = ("I am sorry: I only understand English well. I can pass your message on to a technician as it is. "
                "Shall I open a ticket?")


def language_of(words: list[str]) -> str | None:
    """Which of these languages somebody seems to write in; None for English, `?` for one that isn't known here."""
    if not words:
        return None
    if sum(any(ord(c) > 0x24F and c.isalpha() for c in word) for word in words) * 2 > len(words):
        return "?"
    hits = {name: sum(word in small for word in words) for name, (small, _) in LANGUAGES.items()}
    best = max(hits, key=lambda name: hits[name])
    english = sum(word in STOP_WORDS for word in words)
    return best if hits[best] >= 2 and hits[best] > english else None
