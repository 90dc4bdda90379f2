"""What to tell a reader of a lifetime model that is not sure of its numbers."""

from __future__ import annotations

from helpers.i18n import Said, said

FEW_REPEATERS = 30


def too_few(n_repeat: int, n: int) -> Said:
    """Say that so few customers came back that no model can be fitted."""
    few = said(
        "{n_repeat} of {n} customers bought again and four are the least a model needs; "
        "wait for more repeat purchases or lengthen the period",
        n_repeat=n_repeat, n=n,
    )  # fmt: skip
    return said("cannot tell: {reason}", reason=few)


def usual(
    converged: bool, n_repeat: int, own: list[Said], at_bound: list[str], *, is_flat: bool
) -> tuple[Said, ...]:
    """Guards of a fit: those that every model has, around its own.

    `at_bound` names the parameters at a bound of the search; `is_flat` says that standard errors are missing.
    """
    guards = []
    if not converged:
        guards.append(said("the fit did not converge: do not publish its numbers"))
    if n_repeat < FEW_REPEATERS:
        guards.append(said("only {n} customers bought again: read the intervals, not the values", n=n_repeat))
    guards += own
    if at_bound:
        guards.append(
            said(
                "at a bound of the search ({names}): the model does not suit these customers",
                names=", ".join(at_bound),
            )
        )
    elif is_flat:
        guards.append(said("standard errors are missing: the likelihood is flat around the estimate"))
    return tuple(guards)
