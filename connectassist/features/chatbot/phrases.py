"""What the FAQ assistant says of itself, in the languages that it speaks. `{…}` is filled in by whoever says it."""

from __future__ import annotations

ENGLISH = "en"
_TEXTS: dict[str, dict[str, str]] = {
    "hello": {
        "en": "Hello! Ask me in a sentence what doesn't work, or what you would like to know.",
        "de": "Hallo! Sagen Sie mir in einem Satz, was nicht funktioniert oder was Sie wissen möchten.",
        "fr": "Bonjour ! Dites-moi en une phrase ce qui ne marche pas ou ce que vous voulez savoir.",
        "es": "¡Hola! Dígame en una frase qué no funciona o qué quiere saber."},
    "welcome": {
        "en": "Glad to hear that. Write again whenever something doesn't work.",
        "de": "Das freut mich. Schreiben Sie wieder, wenn etwas nicht funktioniert.",
        "fr": "J'en suis ravi. Écrivez-moi de nouveau si quelque chose ne marche pas.",
        "es": "Me alegro. Escriba de nuevo cuando algo no funcione."},
    "ask_more": {
        "en": "I am not sure what you mean. Which program or device is it about, and what do you see, word for word if "
              "there is a message?",
        "de": "Ich bin nicht sicher, was Sie meinen. Um welches Programm oder Gerät geht es, und was sehen Sie dort, "
              "wenn möglich im Wortlaut?",
        "fr": "Je ne suis pas sûr de comprendre. De quel programme ou appareil s'agit-il, et que voyez-vous, mot à mot "
              "s'il y a un message ?",
        "es": "No estoy seguro de entenderle. ¿De qué programa o aparato se trata y qué ve, palabra por palabra si hay "
              "un mensaje?"},
    "by_technician": {
        "en": "A technician solved something like this before: {text}",
        "de": "Ein Techniker hat so etwas schon einmal gelöst: {text}",
        "fr": "Un technicien a déjà résolu un cas semblable : {text}",
        "es": "Un técnico ya resolvió algo parecido: {text}"},
    "in_english": {
        "en": "{text}",
        "de": "Dazu habe ich etwas gefunden, allerdings auf Englisch:\n\n{text}",
        "fr": "J'ai trouvé ceci, mais en anglais :\n\n{text}",
        "es": "He encontrado esto, aunque en inglés:\n\n{text}"},
    "opened": {
        "en": "I have opened ticket {ticket} with our conversation in it. A technician will answer you there.",
        "de": "Ich habe das Ticket {ticket} mit unserem Gespräch eröffnet. Ein Techniker antwortet Ihnen dort.",
        "fr": "J'ai ouvert le ticket {ticket} avec notre conversation. Un technicien vous y répondra.",
        "es": "He abierto el ticket {ticket} con nuestra conversación. Un técnico le responderá allí."},
    "unknown": {
        "en": "I don't know the answer to that, and I would rather not guess.",
        "de": "Darauf weiß ich keine Antwort, und raten möchte ich nicht.",
        "fr": "Je ne connais pas la réponse, et je préfère ne pas deviner.",
        "es": "No sé la respuesta y prefiero no adivinar."},
    "already": {
        "en": "Ticket {ticket} is open for you already. What you write there reaches the technician.",
        "de": "Das Ticket {ticket} ist für Sie schon offen. Was Sie dort schreiben, erreicht den Techniker.",
        "fr": "Le ticket {ticket} est déjà ouvert pour vous. Ce que vous y écrivez parvient au technicien.",
        "es": "El ticket {ticket} ya está abierto para usted. Lo que escriba allí llega al técnico."},
    "sign_in": {
        "en": "Please sign in, so that I can open a ticket for you, or call your technician.",
        "de": "Bitte melden Sie sich an, damit ich ein Ticket für Sie eröffnen kann, oder rufen Sie Ihren "
              "Techniker an.",
        "fr": "Connectez-vous pour que je puisse ouvrir un ticket pour vous, ou appelez votre technicien.",
        "es": "Inicie sesión para que pueda abrirle un ticket, o llame a su técnico."},
    "no_ticket": {
        "en": "I can't open a ticket for your account. Please ask a technician.",
        "de": "Für Ihr Konto kann ich kein Ticket eröffnen. Bitte fragen Sie einen Techniker.",
        "fr": "Je ne peux pas ouvrir de ticket pour votre compte. Adressez-vous à un technicien.",
        "es": "No puedo abrir un ticket para su cuenta. Pregunte a un técnico."},
    "danger": {
        "en": "Please step back first: if you can do it safely, pull the power plug, and do not use or charge the "
              "device any more. If there is a fire, leave and call the emergency services.",
        "de": "Gehen Sie bitte zuerst auf Abstand: ziehen Sie den Netzstecker, wenn das gefahrlos geht, und "
              "benutzen und laden Sie das Gerät nicht mehr. Wenn es brennt, verlassen Sie den Raum und rufen Sie die "
              "Feuerwehr.",
        "fr": "Éloignez-vous d'abord : débranchez la prise si c'est sans danger, n'utilisez et ne chargez plus "
              "l'appareil. S'il y a le feu, sortez et appelez les secours.",
        "es": "Primero aléjese: desenchufe el aparato si puede hacerlo sin peligro y no lo use ni lo cargue más. "
              "Si hay fuego, salga y llame a emergencias."},
    "attack": {
        "en": "Please stop using this computer for now and take it off the network: pull the network cable, or switch "
              "Wi-Fi off. Do not pay anybody and do not type any password on it.",
        "de": "Benutzen Sie diesen Computer bitte vorerst nicht mehr und nehmen Sie ihn vom Netz: ziehen Sie das "
              "Netzwerkkabel oder schalten Sie das WLAN aus. Zahlen Sie niemandem etwas und geben Sie kein "
              "Passwort ein.",
        "fr": "N'utilisez plus cet ordinateur pour l'instant et coupez-le du réseau : débranchez le câble ou "
              "désactivez le Wi-Fi. Ne payez personne et n'y tapez aucun mot de passe.",
        "es": "Deje de usar este equipo por ahora y sáquelo de la red: desconecte el cable o apague el wifi. No "
              "pague a nadie ni escriba ninguna contraseña en él."},
}
LANGUAGES = tuple(_TEXTS["hello"])


def say(what: str, language: str, **filled: object) -> str:
    """One of these sentences, in English where the language isn't spoken here."""
    texts = _TEXTS[what]
    return texts.get(language, texts[ENGLISH]).format(**filled)
