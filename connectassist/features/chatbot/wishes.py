"""What a message wants apart from an answer: a person, a greeting back, nothing more; or what can't wait for one."""

from __future__ import annotations

import re
from re import Pattern

HELLO, WELCOME, PERSON, DANGER, ATTACK = "hello", "welcome", "person", "danger", "attack"


def _any(*patterns: str) -> Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(patterns) + ")", re.IGNORECASE)


_NO = re.compile(r"(?:don'?t|do not|no need to|not|never|nicht|kein\w*|ne|pas|no)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_PERSON = _any(
    r"(?:speak|talk|chat|connect me|put me through)\s+(?:to|with)\s+(?:a |an |some |the |one of )?(?:real |actual |live )?"
    r"(?:human|person|someone|somebody|technician|agent|colleague|support|operator|people|man|woman)\b",
    r"(?:real|actual|live) (?:human|person|agent)\b", r"human (?:being|please|agent|support)\b",
    r"(?:open|create|make|file|raise|log) (?:a |me a |another |up a )?(?:new )?(?:support )?ticket\b", r"call me\b",
    r"(?:i(?:'d)? (?:want|need|like)|get me|give me|i would like)\s+(?:to (?:speak|talk) to )?(?:a |an |some )?"
    r"(?:real |actual |live )?(?:human|person|technician|agent|somebody|someone)\b(?! access)",
    r"(?:agent|human|technician|operator)[\s,!.]*(?:please)?[\s!.]*$",
    r"(?:mit|an|zu|von) (?:einem|einer|dem|einen|jemandem)?\s*(?:echten |richtigen |menschlichen )?(?:menschen?|mitarbeiter"
    r"(?:in)?|techniker(?:in)?|kollegen|berater|person|support)\b", r"(?:einen?|echten?|richtigen?) (?:menschen|mitarbeiter|techniker"
    r"|berater)\b", r"ticket (?:er(?:öffnen|stellen)|aufmachen|anlegen|öffnen)", r"rufen? sie mich (?:bitte )?(?:an|zurück)",
    r"ruf(?:t)? mich (?:bitte )?(?:an|zurück)", r"jemand(?:en|em)? (?:sprechen|reden)",
    r"(?:parler|parle|discuter) (?:à|a|avec) (?:un |une |quelqu'?un|le |des )(?:\w+ )?(?:humain|personne|technicien|agent|conseiller)?",
    r"(?:vrai|véritable) (?:humain|personne|technicien)", r"(?:un|une) (?:humain|technicien|conseiller|vraie personne)\b",
    r"(?:ouvrir|ouvrez|créer|créez|faire) (?:moi )?(?:un )?ticket", r"(?:appelez|rappelez)[- ]moi",
    r"(?:hablar|hable|chatear) con (?:un |una |el |alguien|algún )?(?:\w+ )?(?:humano|persona|técnico|tecnico|agente|alguien)?",
    r"(?:persona|humano) (?:real|de verdad)", r"(?:un|una) (?:humano|técnico|tecnico|agente|persona real)\b",
    r"(?:abrir|abra|abre|crear|cree) (?:un )?ticket", r"ll[aá]m(?:e|a|en)me")
_DANGER = _any(
    r"smok(?:e|ing)\b", r"burn(?:s|t|ing)\b(?! (?:a )?(?:cd|dvd))", r"on fire\b", r"sparks?\b", r"batter\w+ (?:is |looks |"
    r"seems )?(?:swollen|bulging)", r"swollen batter", r"electric shock", r"(?:es )?(?:raucht|qualmt|brennt)\b", r"rauch\b",
    r"funken\b", r"akku .{0,20}(?:aufgebläht|dick|gewölbt)", r"stromschlag", r"(?:de la |une )?fumée\b", r"étincelles?\b",
    r"(?:en|prend) feu\b", r"brûle\b", r"batterie .{0,20}gonflée", r"humo\b", r"chispas?\b", r"(?:en llamas|se quema)\b",
    r"batería .{0,20}hinchada")
_ATTACK = _any(
    r"ransom", r"hack(?:ed|er|ing)\b", r"files? (?:are|were|is|got) (?:all )?encrypted", r"stranger .{0,30}(?:screen|computer|"
    r"mouse)", r"someone .{0,30}(?:controls?|controlling|moving) ", r"gave .{0,20}(?:password|pin) to",
    r"(?:typed|entered) my password (?:on|into|in) (?:a|the|that) (?:fake|strange|phish\w*)",
    r"(?:clicked|opened) .{0,40}(?:phish|suspicious|strange|fake)", r"gehackt\b", r"erpress", r"dateien .{0,20}verschlüsselt",
    r"(?:auf|angeklickt).{0,30}(?:phishing|verdächtig)\w* .{0,12}(?:geklickt|geöffnet)", r"pirat(?:é|ée|age)\b",
    r"fichiers .{0,20}chiffrés", r"rançon", r"j'ai cliqué .{0,40}(?:suspect|hameçonnage|phishing)", r"hackeado", r"rescate\b",
    r"archivos .{0,20}cifrados", r"hice clic .{0,40}(?:sospechos|phishing)")
_GREETING = re.compile(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|hallo|guten (?:tag|morgen|abend)|moin|servus|grüß gott|"
    r"bonjour|bonsoir|salut|hola|buenos días|buenas(?: tardes| noches)?|buenos dias)(?: there| all| zusammen| à tous| a todos)?"
    r"[\s!.,]*", re.IGNORECASE)
_THANKS = re.compile(
    r"(?:(?:ok(?:ay)?|great|perfect|super|cool|yes|ja|oui|sí|si|prima|parfait|perfecto|genial|it works(?: now)?|works now|solved|"
    r"fixed)[\s!.,]*)*(?:thanks?(?: you)?(?: (?:so|very) much| a lot)?|thx|cheers|it works(?: now)?|works now|solved|danke"
    r"(?: schön| sehr)?|vielen dank|es (?:geht|funktioniert) (?:jetzt|wieder)|merci(?: beaucoup)?|ça marche|(?:muchas )?gracias|"
    r"ya funciona)[\s!.,]*", re.IGNORECASE)


def wish_of(text: str) -> str | None:
    """What is wanted or threatens, the most urgent first; None for an ordinary question."""
    plain = text.strip().replace("’", "'")
    if _DANGER.search(plain):
        return DANGER
    if _ATTACK.search(plain):
        return ATTACK
    wanted = _PERSON.search(plain)
    if wanted and not _NO.search(plain[:wanted.start()]):
        return PERSON
    if _GREETING.fullmatch(plain):
        return HELLO
    return WELCOME if _THANKS.fullmatch(plain) else None
