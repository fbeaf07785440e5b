"""Fréchet distances of normals fitted to small feature sets -> harness/statistics/fixtures/frechet.json.

By the textbook formula tr(S1 + S2 - 2 (S1 S2)^1/2), which is not how ours computes it: SciPy's sqrtm where both covariances
are regular; everywhere the square roots of the eigenvalues of S1^1/2 S2 S1^1/2 in 60 digits by mpmath, which are stored. The
two are compared here.

Run: pip install "scipy==1.17.1" "mpmath==1.3.0" && python ci/peers/golden_frechet.py
"""
import json
from pathlib import Path

import mpmath
import numpy as np
import scipy
from scipy.linalg import sqrtm

mpmath.mp.dps = 60
rng = np.random.default_rng(20170424)
# rows of a, rows of b, features, distance of the means, what is added to all features
SHAPES = [(12, 20, 3, 0.5, 0), (200, 150, 5, 0, 0), (40, 40, 8, 1, 1000), (4, 5, 6, 1, 0), (3, 30, 7, 0.2, 0), (2, 2, 2, 0, 0)]


def in_many_digits(a, b):
    """Moments too are taken in 60 digits, of the doubles as they are."""

    def moments(x):
        n, d = x.shape
        mean = [mpmath.fsum(mpmath.mpf(float(v)) for v in x[:, j]) / n for j in range(d)]
        centred = mpmath.matrix([[mpmath.mpf(float(x[i, j])) - mean[j] for j in range(d)] for i in range(n)])
        return mean, centred.T * centred / (n - 1)

    (m1, s1), (m2, s2) = moments(a), moments(b)
    values, vectors = mpmath.eigsy(s1)
    root = vectors * mpmath.diag([mpmath.sqrt(max(v, 0)) for v in values]) * vectors.T
    middle = root * s2 * root
    inner = mpmath.eigsy((middle + middle.T) / 2, eigvals_only=True)
    trace = lambda m: mpmath.fsum(m[i, i] for i in range(m.rows))
    means = mpmath.fsum((p - q) ** 2 for p, q in zip(m1, m2))
    return float(means + trace(s1) + trace(s2) - 2 * mpmath.fsum(mpmath.sqrt(max(v, 0)) for v in inner))


def by_scipy(a, b):
    s1, s2 = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(s1 + s2 - 2 * sqrtm(s1 @ s2).real)


cases = []
for n1, n2, d, shift, offset in SHAPES:
    mix = rng.normal(size=(d, d))
    a = np.round(rng.normal(size=(n1, d)) @ mix + offset, 3)
    b = np.round(rng.normal(size=(n2, d)) * 1.3 + shift + offset, 3)
    distance, regular = in_many_digits(a, b), min(n1, n2) > d
    if regular:
        assert abs(by_scipy(a, b) / distance - 1) < 1e-9, (by_scipy(a, b), distance)
    cases.append({"features": d, "regular": regular, "a": a.ravel().tolist(), "b": b.ravel().tolist(), "distance": distance})

body = {"from": f"SciPy {scipy.__version__}, mpmath {mpmath.__version__}", "cases": cases}
target = Path(__file__).parents[2] / "harness/statistics/fixtures/frechet.json"
target.write_text(json.dumps(body).replace('{"features"', '\n{"features"') + "\n")
print([(c["features"], c["regular"], c["distance"]) for c in cases], target.stat().st_size, "bytes")
