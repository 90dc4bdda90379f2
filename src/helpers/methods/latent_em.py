"""Latent classes by EM: many starts, or many redraws of people, in one go."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

FLOOR = 1e-9  # smallest chance of an answer, so that its logarithm is finite
ROUNDS, SETTLED = 3000, 1e-9  # most rounds; gain of log-likelihood below which a run has ended


class Coded(NamedTuple):
    """Answers as patterns: hot [answer, pattern] is 1 where given, weight [pattern], pattern of each person, item of each answer."""

    hot: np.ndarray
    weight: np.ndarray
    pattern: np.ndarray
    item: np.ndarray

    @property
    def same(self) -> np.ndarray:
        """1 where two answers are of the same item [answer, answer]."""
        return (self.item[:, None] == self.item[None, :]).astype(float)


class Found(NamedTuple):
    """Sizes [run, class], chances of each answer [run, class, answer], and log-likelihood [run]."""

    sizes: np.ndarray
    chances: np.ndarray
    loglik: np.ndarray


def coded(codes: np.ndarray, levels: list[int], weight: np.ndarray) -> Coded:
    """Patterns of answers.

    Parameters
    ----------
    codes : [person, item], 0 to levels - 1, and -1 where there is no answer. levels : answers of each item. weight : of each person.
    """
    kinds, pattern = np.unique(codes, axis=0, return_inverse=True)
    pattern = pattern.ravel()
    item = np.repeat(np.arange(len(levels)), levels)
    of_item = np.concatenate([np.arange(count) for count in levels]) if levels else np.empty(0, int)
    hot = (kinds[:, item] == of_item).T.astype(float)
    return Coded(hot, np.bincount(pattern, weight, len(kinds)), pattern, item)


def joint(chances: np.ndarray, sizes: np.ndarray, hot: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Memberships [run, class, pattern], and the logarithm of each pattern's chance [run, pattern]."""
    runs, classes, answers = chances.shape
    logs = (np.log(chances).reshape(-1, answers) @ hot).reshape(runs, classes, -1)
    logs += np.log(np.maximum(sizes, FLOOR))[:, :, None]
    top = logs.max(axis=1, keepdims=True)
    logs -= top
    np.exp(logs, out=logs)
    total = logs.sum(axis=1, keepdims=True)
    logs /= total
    return logs, (np.log(total) + top)[:, 0]


def _round(
    sizes: np.ndarray, chances: np.ndarray, data: Coded, weight: np.ndarray, same: np.ndarray
) -> Found:
    """One round of EM, with the log-likelihood before it; weight [run or 1, pattern]."""
    members, each = joint(chances, sizes, data.hot)
    loglik = (each * weight).sum(axis=1)
    members *= weight[:, None, :]
    mass = members.sum(axis=2)
    counts = members.reshape(-1, members.shape[2]) @ data.hot.T
    made = np.maximum(counts / np.maximum(counts @ same, FLOOR), FLOOR)
    made /= made @ same
    return Found(mass / mass.sum(axis=1, keepdims=True), made.reshape(chances.shape), loglik)


def climb(first: Found, data: Coded, *, weight: np.ndarray | None = None, settled: float = SETTLED) -> Found:
    """EM from each first guess to its maximum; a run that has ended leaves the others to go on.

    Parameters
    ----------
    first : guesses; their log-likelihood is not read. weight : of the patterns, one row a run; the data's own by default.

    Formula: two rounds, a squared extrapolation through them where it gains, a round where it does not.
    Source: Dempster, Laird & Rubin (1977), JRSS B 39; Varadhan & Roland (2008), Scandinavian Journal of Statistics 35.
    """
    same, share = data.same, data.weight[None] if weight is None else weight
    sizes, chances = first.sizes.copy(), first.chances.copy()
    loglik = np.full(len(sizes), -np.inf)
    left = np.arange(len(sizes))
    for _ in range(ROUNDS):
        own = share if len(share) == 1 else share[left]
        one = _round(sizes[left], chances[left], data, own, same)
        two = _round(one.sizes, one.chances, data, own, same)
        gain = two.loglik - one.loglik
        far = _farther((sizes[left], chances[left]), one, two, same)
        three = _round(far[0], far[1], data, own, same)
        good = three.loglik > two.loglik
        sizes[left] = np.where(good[:, None], three.sizes, two.sizes)
        chances[left] = np.where(good[:, None, None], three.chances, two.chances)
        loglik[left] = np.where(good, three.loglik, two.loglik)
        left = left[gain > settled]
        if not len(left):
            break
    return Found(sizes, chances, loglik)


def _farther(zero: tuple, one: Found, two: Found, same: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A point beyond two rounds, in the direction in which they bend. Source: Varadhan & Roland (2008), scheme S3."""
    runs = len(one.sizes)
    flat = [np.concatenate([a, b.reshape(runs, -1)], axis=1) for a, b in (zero, one[:2], two[:2])]
    step, bend = flat[1] - flat[0], flat[2] - 2 * flat[1] + flat[0]
    size = np.sqrt((step**2).sum(axis=1) / np.maximum((bend**2).sum(axis=1), 1e-300))
    length = np.clip(size, 1.0, 1e4)[:, None]
    made = np.maximum(flat[0] + 2 * length * step + length**2 * bend, FLOOR)
    classes = one.sizes.shape[1]
    chances = made[:, classes:].reshape(one.chances.shape)
    return made[:, :classes] / made[:, :classes].sum(axis=1, keepdims=True), chances / (chances @ same)


def guesses(data: Coded, classes: int, *, starts: int, rng: np.random.Generator) -> Found:
    """Random first guesses: chances drawn evenly, sizes all alike."""
    chances = np.maximum(rng.exponential(1.0, (starts, classes, len(data.item))), FLOOR)
    chances /= chances @ data.same
    return Found(np.full((starts, classes), 1 / classes), chances, np.zeros(starts))


def priors(likelihood: np.ndarray, weight: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Sizes in a group of people, with the chances of answers as they are.

    Parameters
    ----------
    likelihood : of each person's answers in each class [run, class, person], up to a factor a person. weight : [run or 1, person].
    """
    sizes = np.broadcast_to(first, likelihood.shape[:2]).copy()
    mass = weight.sum(axis=1, keepdims=True)
    for _ in range(300):
        members = likelihood * sizes[:, :, None]
        members /= members.sum(axis=1, keepdims=True)
        made = np.einsum("rkp,rp->rk", members, np.broadcast_to(weight, (len(sizes), weight.shape[1]))) / mass
        moved = np.abs(made - sizes).max()
        sizes = made
        if moved < 1e-7:
            break
    return sizes
