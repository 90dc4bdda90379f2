"""The sampler: a Normal density is known in full, so its draws are too."""

import numpy as np
import pytest

from helpers.methods import sampling

COVARIANCE = np.array([[4.0, 1.2, 0.0], [1.2, 1.0, 0.1], [0.0, 0.1, 0.25]])
MIDDLE = np.array([1.0, -2.0, 0.5])
INVERSE = np.linalg.inv(COVARIANCE)


def normal(u):
    away = u - MIDDLE
    return -0.5 * np.einsum("ki,ij,kj->k", away, INVERSE, away), -away @ INVERSE


def test_the_mode_and_the_curvature_of_a_normal_density_are_its_mean_and_covariance():
    found = sampling.mode(normal, np.zeros((2, 3)))
    assert found.at == pytest.approx(MIDDLE, abs=1e-4)
    assert found.root @ found.root.T == pytest.approx(COVARIANCE, rel=1e-5, abs=1e-6)


def test_draws_of_a_normal_density_have_its_mean_and_covariance():
    top = sampling.mode(normal, np.zeros((1, 3)))
    made = sampling.hamiltonian(normal, top, draws=1_500, seed=3)
    flat = made.draws.reshape(-1, 3)
    error = np.sqrt(np.diag(COVARIANCE) / sampling.effective_size(made.draws))
    assert (np.abs(flat.mean(axis=0) - MIDDLE) < 4 * error).all()
    assert np.cov(flat, rowvar=False) == pytest.approx(COVARIANCE, rel=0.12, abs=0.08)
    assert sampling.r_hat(made.draws).max() < 1.01
    assert 0.6 < made.accepted < 0.98


def test_the_same_seed_gives_the_same_draws():
    top = sampling.mode(normal, np.zeros((1, 3)))
    one, other, third = (sampling.hamiltonian(normal, top, draws=20, seed=seed).draws for seed in (1, 1, 2))
    assert (one == other).all() and not (one == third).all()


def test_r_hat_is_one_for_chains_alike_and_large_where_one_stands_apart():
    rng = np.random.default_rng(0)
    alike = rng.standard_normal((4, 500, 2))
    assert sampling.r_hat(alike).max() < 1.01
    apart = alike.copy()
    apart[0, :, 1] += 3
    assert sampling.r_hat(apart)[1] > 1.3 > sampling.r_hat(apart)[0]


def test_r_hat_sees_chains_of_unequal_spread():
    rng = np.random.default_rng(0)
    draws = rng.standard_normal((4, 500, 1))
    draws[0] *= 6
    assert sampling.r_hat(draws)[0] > 1.1


def test_independent_draws_count_in_full_and_a_slow_chain_by_its_autocorrelation():
    rng = np.random.default_rng(1)
    free = rng.standard_normal((4, 2_000, 1))
    assert sampling.effective_size(free)[0] == pytest.approx(8_000, rel=0.15)
    slow = np.empty_like(free)
    slow[:, 0] = free[:, 0]
    for at in range(1, 2_000):  # AR(1), rho .8: one draw in nine counts
        slow[:, at] = 0.8 * slow[:, at - 1] + 0.6 * free[:, at]
    assert sampling.effective_size(slow)[0] == pytest.approx(8_000 / 9, rel=0.25)


def test_a_place_with_no_density_is_never_taken():
    def half(u):  # an exponential density, nothing below 0
        value = np.where(u[:, 0] > 0, -u[:, 0], -np.inf)
        return value, np.full_like(u, -1.0)

    start = sampling.Mode(np.array([1.0]), np.eye(1), -1.0)
    draws = sampling.hamiltonian(half, start, chains=2, draws=400, seed=5).draws[:, 50:]
    assert (draws > 0).all()
