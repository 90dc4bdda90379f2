"""What customers say, in words: topics and reasons as the company lists them, and fragments of what they write.

A comment is one fragment and a short tail. Nobody wrote these. Spelling is everyday and correct; German is written the Swiss way, without ß. There is not one digit in
them, so a number in a report never comes from a text.
"""

from __future__ import annotations

LANGUAGES = ("fr", "en", "nl", "de")
TONES = ("negative", "neutral", "positive")
# What a comment can be about; support cases use the same words for the topics that they share.
COMMENT_TOPICS = (
    "delivery", "leak", "filter change", "cylinder exchange", "app pairing", "price", "taste", "service",
)  # fmt: skip

# What customer service and the shop's returns desk write down.
CASE_TOPICS = ("delivery", "leak", "filter change", "cylinder exchange", "app pairing", "invoice", "return")
CASE_CHANNELS = ("telephone", "chat", "form", "store", "social")
RETURN_REASONS = ("defective", "damaged on arrival", "not as expected", "wrong item", "changed my mind")
# The brands on the market, all invented: our own lines, the house first, and the competitors by size.
OWN_LINES = ("Maison Brévane", "Maison Brévane Mini", "Maison Brévane Nomade")
RIVALS = ("Ostrelle", "Tavlune", "Clairpont", "Fontelys", "Rivanel", "Brumelle")
# What the survey of those who leave lets them choose; the competitors are invented.
LEAVING_REASONS = ("price", "taste", "moved to competitor", "device trouble", "no need", "service")
LEFT_FOR = ("Ostrelle", "Tavlune", "Clairpont", "bottled water", "tap water")
# Share of each of LANGUAGES among what is written in a region; all others write as in "FR".
SPOKEN = {
    "FR": (0.97, 0.03, 0.0, 0.0),
    "BE-BRU": (0.82, 0.05, 0.13, 0.0), "BE-VLG": (0.10, 0.05, 0.85, 0.0), "BE-WAL": (0.97, 0.02, 0.01, 0.0),
    "CH-GE": (0.93, 0.07, 0.0, 0.0), "CH-VD": (0.95, 0.04, 0.0, 0.01),
    "CH-ZH": (0.15, 0.10, 0.0, 0.75), "CH-BE": (0.25, 0.05, 0.0, 0.70),
}  # fmt: skip

# SAID[language][topic] holds the fragments of each tone, in the order of TONES.
SAID = {
    "fr": {
        "delivery": (
            ("Livraison en retard, sans aucune nouvelle.", "Colis arrivé abîmé.", "Le livreur n'est jamais passé."),
            ("Livraison correcte, un peu lente.", "Délai moyen, colis en bon état.", "Reçu à la date prévue, sans plus."),
            ("Livraison rapide et soignée.", "Reçu plus tôt que prévu.", "Colis impeccable."),
        ),
        "leak": (
            ("La machine fuit depuis le début.", "De l'eau partout sur le plan de travail.", "Le joint a lâché au bout d'un mois."),
            ("Une petite fuite au début, réglée depuis.", "Quelques gouttes sous la machine.", "Il faut bien serrer, sinon ça goutte."),
            ("Machine solide, aucune fuite.", "Joint remplacé tout de suite, plus une goutte.", "Rien à redire, tout est bien étanche."),
        ),
        "filter change": (
            ("Le filtre s'use beaucoup trop vite.", "Impossible de retirer la cartouche.", "Le voyant du filtre reste rouge."),
            ("Changer le filtre demande un peu d'habitude.", "Filtre correct, notice peu claire.", "Le rappel pour le filtre arrive un peu tôt."),
            ("Le filtre se change en un geste.", "Le rappel pour la cartouche est bien pratique.", "Filtre facile à trouver et à poser."),
        ),
        "cylinder exchange": (
            ("Échange de cylindre compliqué, aucun point près de chez moi.", "Cylindre vide bien trop vite.", "Cylindre jamais remboursé."),
            ("L'échange du cylindre marche, mais il faut y penser.", "Cylindre correct, durée moyenne.", "Le point d'échange est un peu loin."),
            ("Échange de cylindre très simple.", "Le cylindre dure longtemps.", "Retour du cylindre vide sans souci."),
        ),
        "app pairing": (
            ("L'appli ne trouve jamais la machine.", "Trop de questions avant de pouvoir commencer.", "La connexion saute tous les jours."),
            ("L'appli marche, mais je m'en sers peu.", "Connexion réussie au deuxième essai.", "L'appli n'apporte pas grand-chose."),
            ("L'appli s'est connectée du premier coup.", "Le suivi dans l'appli me plaît.", "Appli claire et agréable."),
        ),
        "price": (
            ("Les cartouches sont hors de prix.", "Encore une hausse de prix.", "Trop cher pour de l'eau."),
            ("Un peu cher, mais correct.", "J'attends les promotions.", "Prix dans la moyenne."),
            ("Bien moins cher que les bouteilles.", "Vite rentabilisé.", "Bon rapport qualité-prix."),
        ),
        "taste": (
            ("L'eau a un goût de plastique.", "Les bulles ne tiennent pas.", "Aucune différence avec le robinet."),
            ("Goût correct, sans plus.", "Bulles un peu fortes à mon goût.", "Bon, mais pas toujours pareil."),
            ("L'eau est vraiment bonne.", "De belles bulles fines.", "Toute la famille boit plus d'eau."),
        ),
        "service": (
            ("Service client injoignable.", "Bravo, on m'a raccroché au nez.", "Trois relances et toujours pas de réponse."),
            ("Réponse correcte, après relance.", "Service poli, mais lent.", "Problème réglé, à la longue."),
            ("Service client à l'écoute.", "Réponse claire et rapide.", "Conseil parfait en boutique."),
        ),
    },
    "en": {
        "delivery": (
            ("Delivery was late and nobody told me.", "The parcel arrived damaged."),
            ("Delivery was fine, a bit slow.", "It came when it was due."),
            ("Fast delivery, well packed.", "It came earlier than expected."),
        ),
        "leak": (
            ("The machine has leaked from day one.", "Water all over the worktop."),
            ("A small leak at first, fine now.", "It drips a little at times."),
            ("Solid machine, not a drop lost.", "The seal was replaced straight away."),
        ),
        "filter change": (
            ("Filters wear out far too quickly.", "The filter light stays red."),
            ("Changing the filter takes some practice.", "The filter reminder comes a bit early."),
            ("The filter is easy to change.", "The filter reminder is handy."),
        ),
        "cylinder exchange": (
            ("Swapping the cylinder is a pain.", "The cylinder runs out too soon."),
            ("The cylinder swap works, if you plan ahead.", "The exchange point is a bit far."),
            ("Swapping the cylinder is really easy.", "The cylinder lasts a long time."),
        ),
        "app pairing": (
            ("The app never finds the machine.", "Too many questions before I could start."),
            ("The app works, but I hardly use it.", "It paired on the second try."),
            ("The app paired at once.", "I like the tracking in the app."),
        ),
        "price": (
            ("The cartridges cost far too much.", "Prices have gone up again."),
            ("A bit pricey, but fair.", "I wait for the sales."),
            ("Much cheaper than bottles.", "Good value for money."),
        ),
        "taste": (
            ("The water tastes of plastic.", "The fizz goes flat at once."),
            ("Tastes all right, nothing special.", "A bit too fizzy for me."),
            ("The water tastes great.", "Lovely fine bubbles."),
        ),
        "service": (
            ("Impossible to reach customer service.", "Great, they hung up on me."),
            ("They answered after a reminder.", "Polite service, but slow."),
            ("Helpful customer service.", "A quick and clear answer."),
        ),
    },
    "nl": {
        "delivery": (
            ("Levering te laat, zonder enig bericht.", "Het pakje kwam beschadigd aan."),
            ("Levering in orde, wel wat traag.", "Geleverd op de afgesproken dag."),
            ("Snel geleverd en goed verpakt.", "Vroeger geleverd dan verwacht."),
        ),
        "leak": (
            ("Het toestel lekt al van in het begin.", "Overal water op het aanrecht."),
            ("Eerst een klein lek, nu in orde.", "Er vallen soms een paar druppels."),
            ("Stevig toestel, geen druppel ernaast.", "De dichting werd meteen vervangen."),
        ),
        "filter change": (
            ("De filter is veel te snel op.", "Het filterlampje blijft rood."),
            ("De filter vervangen vraagt wat oefening.", "De melding voor de filter komt wat vroeg."),
            ("De filter is zo vervangen.", "Handig, die melding voor de filter."),
        ),
        "cylinder exchange": (
            ("Een cilinder omruilen is een heel gedoe.", "De cilinder is veel te snel leeg."),
            ("Omruilen lukt, als je er op tijd aan denkt.", "Het omruilpunt is wat ver."),
            ("De cilinder omruilen gaat heel vlot.", "De cilinder gaat lang mee."),
        ),
        "app pairing": (
            ("De app vindt het toestel nooit.", "Te veel vragen voor je kunt beginnen."),
            ("De app werkt, maar ik gebruik hem weinig.", "Verbinding gelukt bij de tweede poging."),
            ("De app was meteen verbonden.", "Fijn dat je alles in de app kunt volgen."),
        ),
        "price": (
            ("De patronen zijn veel te duur.", "Alweer een prijsverhoging."),
            ("Wat duur, maar het kan ermee door.", "Ik wacht op de promoties."),
            ("Veel goedkoper dan flessen.", "Goede prijs voor wat je krijgt."),
        ),
        "taste": (
            ("Het water smaakt naar plastic.", "De bubbels zijn zo weg."),
            ("De smaak is oké, niets bijzonders.", "Voor mij iets te veel bruis."),
            ("Het water is echt lekker.", "Mooie fijne bubbels."),
        ),
        "service": (
            ("De klantendienst is niet te bereiken.", "Knap, ze gooiden de hoorn op de haak."),
            ("Antwoord gekregen, na aandringen.", "Vriendelijk, maar traag."),
            ("Vriendelijke klantendienst.", "Snel en duidelijk antwoord."),
        ),
    },
    "de": {
        "delivery": (
            ("Lieferung zu spät und keine Nachricht.", "Das Paket kam beschädigt an."),
            ("Lieferung in Ordnung, etwas langsam.", "Kam am angekündigten Tag."),
            ("Schnell geliefert und gut verpackt.", "Früher da als erwartet."),
        ),
        "leak": (
            ("Das Gerät tropft seit dem ersten Tag.", "Überall Wasser auf der Ablage."),
            ("Anfangs etwas undicht, jetzt gut.", "Ab und zu ein paar Tropfen."),
            ("Solides Gerät, kein Tropfen daneben.", "Die Dichtung wurde sofort ersetzt."),
        ),
        "filter change": (
            ("Der Filter ist viel zu schnell verbraucht.", "Die Filteranzeige bleibt rot."),
            ("Der Filterwechsel braucht etwas Übung.", "Die Erinnerung für den Filter kommt etwas früh."),
            ("Der Filter ist im Nu gewechselt.", "Praktisch, die Erinnerung für den Filter."),
        ),
        "cylinder exchange": (
            ("Der Zylindertausch ist mühsam.", "Der Zylinder ist viel zu schnell leer."),
            ("Der Tausch klappt, man muss nur daran denken.", "Die Tauschstelle ist etwas weit weg."),
            ("Der Zylindertausch ist ganz einfach.", "Der Zylinder hält lange."),
        ),
        "app pairing": (
            ("Die App findet das Gerät nie.", "Zu viele Fragen, bis man loslegen kann."),
            ("Die App läuft, ich brauche sie kaum.", "Beim zweiten Versuch verbunden."),
            ("Die App war sofort verbunden.", "Die Übersicht in der App gefällt mir."),
        ),
        "price": (
            ("Die Kartuschen sind viel zu teuer.", "Schon wieder teurer geworden."),
            ("Etwas teuer, aber in Ordnung.", "Ich warte auf Aktionen."),
            ("Viel günstiger als Flaschen.", "Gutes Preis-Leistungs-Verhältnis."),
        ),
        "taste": (
            ("Das Wasser schmeckt nach Plastik.", "Die Kohlensäure ist sofort weg."),
            ("Schmeckt ganz ordentlich, nichts Besonderes.", "Mir etwas zu viel Kohlensäure."),
            ("Das Wasser schmeckt sehr gut.", "Schöne feine Perlen."),
        ),
        "service": (
            ("Der Kundendienst ist nicht erreichbar.", "Toll, man hat einfach aufgelegt."),
            ("Antwort erst nach einer Mahnung.", "Freundlich, aber langsam."),
            ("Freundlicher Kundendienst.", "Schnelle und klare Antwort."),
        ),
    },
}  # fmt: skip

# ADDED[language] holds the tails of each tone; the empty ones leave a comment short.
ADDED = {
    "fr": (
        ("", "", " Très déçu de cet achat.", " Je ne recommande pas.", " C'est dommage."),
        ("", "", " À voir avec le temps.", " Ça fait le travail.", " Peut mieux faire."),
        ("", "", " Je recommande.", " Très content de mon achat.", " Merci, continuez."),
    ),
    "en": (
        ("", " Very disappointed.", " I would not buy again."),
        ("", " Does the job.", " Let's see how it goes."),
        ("", " Would recommend.", " Very happy with it."),
    ),
    "nl": (
        ("", " Heel teleurgesteld.", " Ik raad het niet aan."),
        ("", " Het doet wat het moet doen.", " Kan beter."),
        ("", " Een aanrader.", " Heel tevreden."),
    ),
    "de": (
        ("", " Sehr enttäuscht.", " Kann ich nicht empfehlen."),
        ("", " Erfüllt seinen Zweck.", " Da geht noch mehr."),
        ("", " Sehr zu empfehlen.", " Bin sehr zufrieden."),
    ),
}
