"""Steps of a customer's journey, and the words by which a comment in French or English is about one of them."""

from __future__ import annotations

from helpers.i18n import mark

# A stem that ends in a space is a whole word. Of two steps with as many words the one that stands first is taken.
STEMS = {
    "price": (
        "prix", "tarif", "cher ", "chère ", "chers ", "chères ", "coût", "rentab", "promo", "price", "pricing", "pricey", "expensive",
        "cheap", "cost", "discount", "value ", "money ",
    ),
    "delivery": (
        "livr", "colis", "transporteur", "expédi", "reçu", "délai", "coursier", "deliver", "parcel", "courier", "shipping", "shipment",
        "package", "arrived", "packed",
    ),
    "ordering": (
        "commande", "panier", "paiement", "payer", "site ", "internet", "compte ", "checkout", "payment", "website", "basket",
        "account", "ordering",
    ),
    "setting up": (
        "appli ", "application", "app ", "connexion", "connect", "bluetooth", "appair", "install", "notice", "mode d'emploi", "pair ",
        "paired", "pairing", "setup", "instruction", "manual",
    ),
    "refills and parts": (
        "filtre", "cartouche", "recharge", "cylindre", "pièce", "accessoire", "entretien", "filter", "cartridge", "refill", "cylinder",
        "spare", "accessor", "maintenance",
    ),
    "faults": (
        "fuit", "fuite", "panne", "cassé", "défect", "défaut", "bruit", "joint ", "goutte", "leak", "broke", "fault", "defect",
        "noise", "noisy", "drip", "seal ", "crack",
    ),
    "using it": (
        "goût", "saveur", "odeur", "qualité", "taille", "confort", "utilis", "taste", "flavour", "smell", "quality", "size ", "comfort",
    ),
    "returns": ("retour", "renvoy", "rembours", "échange", "return", "refund", "exchange", "swap"),
    "service": (
        "service", "conseil", "réponse", "répond", "téléphone", "joindre", "joignable", "injoignable", "écoute", "relance", "vendeu",
        "staff", "support", "reply", "replied", "answer", "helpful", "phone", "hung",
    ),
}  # fmt: skip
OTHER = "none of these"
NAMES = {
    "price": mark("price"),
    "delivery": mark("delivery"),
    "ordering": mark("ordering"),
    "setting up": mark("setting up"),
    "refills and parts": mark("refills and parts"),
    "faults": mark("faults"),
    "using it": mark("using it"),
    "returns": mark("returns"),
    "service": mark("service"),
    OTHER: mark("none of these"),
}
