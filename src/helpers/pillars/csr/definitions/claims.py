"""Figures of the page on claims and proof."""

from helpers.kpi import Kpi

P = "csr"

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "alignment_index", "Alignment index: how far what is said is proved", P, "ratio", "up", "counted",
        "Weighted mean over the claims in public on the last day: 1 for a claim that a third party's proof in force carries, 0.5 for own "
        "evidence, 0 without proof in force or with one too narrow, -1 where measured figures contradict it. Weights are times shown x "
        "materiality, as they are known today, also in earlier periods.",
        "sum of weight x score / sum of weights, over live claims with a known exposure", 0.05, decimals=2, headline=True, whole=True,
    ),
    Kpi(
        "alignment_index_low", "Alignment index, lower bound", P, "ratio", "up", "counted",
        "The least that the alignment index can be: own evidence, and proofs whose scope nobody stated, count 0; claims of unknown exposure "
        "weigh what makes the index lowest, up to the heaviest known claim.",
        "as the index, with 1 for a third party's proof of stated scope, 0 else, -1 where contradicted", 0.05, decimals=2, whole=True,
    ),
    Kpi(
        "unproved_exposure", "Exposure without proof in force", P, "share", "down", "counted",
        "Times shown of live claims without a proof in force that covers them, or against the figures, over times shown of all live claims "
        "whose exposure is known.",
        "times shown of unproved live claims / times shown of live claims", 0.05, headline=True, whole=True,
    ),
    Kpi(
        "unproved_spend", "Money behind claims without proof in force", P, "currency", "down", "counted",
        "Money spent, before tax, to show the live claims that have no proof in force or that figures contradict.",
        "sum of spend of unproved live claims", 0.10, relative=True, whole=True,
    ),
    Kpi(
        "claims_at_risk", "Claims at risk", P, "count", "down", "counted",
        "Live claims without proof in force, against the measured figures, or with words that a rule of the day forbids.",
        "live claims with a score of 0 or less, or a banned finding", 1.0, whole=True,
    ),
    Kpi(
        "claims_with_findings", "Claims with banned words", P, "count", "down", "counted",
        "Live claims in whose words the screen finds at least one banned practice by the rules of the period's last day. Claims in a "
        "language that it does not read are not among them. It finds words to look at; counsel judges.",
        "live claims with at least one finding of status banned", 1.0, whole=True,
    ),
    Kpi(
        "claims_contradicted", "Claims that measured figures contradict", P, "count", "down", "counted",
        "Live claims whose number differs from the indicator that it is about, beyond the rounding of the words: another value, another "
        "unit, or the value of another year.",
        "live claims whose number check says value, unit or year differs", 1.0, whole=True,
    ),
    Kpi(
        "days_to_next_expiry", "Days until the next live claim loses its proof", P, "days", "up", "counted",
        "Days from the period's last day to the last day of the next proof whose end lowers what stands behind a live claim.",
        "earliest last day of a proof that gives a live claim its standing, less the period's last day", 30.0,
    ),
    Kpi(
        "audited_indicator_share", "Audited indicators", P, "share", "up", "counted",
        "Indicators of the sustainability report with a value in the last twelve months whose latest value an auditor checked, over all of "
        "them. A full count; the exact interval says how far a register of this size can stand for how the company works.",
        "indicators whose last value is audited / indicators, Clopper-Pearson interval", 0.10,
    ),
    Kpi(
        "claims_reviewed_share", "Claims reviewed before they went out", P, "share", "up", "counted",
        "Live claims whose register names the role that checked them, over all live claims. A full count; the exact interval says how far "
        "a register of this size can stand for how the company works.",
        "live claims with a reviewer / live claims, Clopper-Pearson interval", 0.10,
    ),
    Kpi(
        "say_do_gap", "Say-do gap: believed less proved", P, "points", "down", "estimated",
        "Share of people who believe that the company does what it says, less the share of what it says that is proved, over the topics that "
        "people were asked about, weighted by exposure. Above zero is trust without proof, which the next question may cost; below zero is "
        "proof that nobody has heard of. The interval is that of the survey.",
        "100 x (share of yes to believe - proved exposure / exposure), mean over topics by exposure", 5.0, decimals=1,
    ),
)  # fmt: skip
