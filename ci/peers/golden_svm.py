"""L2-SVMs of made-up features, to compare with -> harness/svm/fixtures/golden.json.

Objectives by Newton's method on the primal with direct solves in float64: in the kernel's coordinates where there are more
features than samples, else in the features'. Predictions by scikit-learn's LinearSVC where it says that it converged.

Run: pip install "scikit-learn==1.9.1" "numpy==2.4.6" && OMP_NUM_THREADS=1 python ci/peers/golden_svm.py
"""
import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from svm_data import made_features

# Training samples, features, classes, separation, and the values of C. 1,000 more samples are predicted.
CASES = [
    ("more features than samples", 120, 300, 10, 0.4, np.exp(np.linspace(-20, 20, 50))[::4]),
    ("more samples than features", 300, 30, 4, 0.4, np.exp(np.linspace(-20, 20, 50))[:30:3]),
]
TEST, LATENTS, KEY = 1000, 50, (20170424, 6)


def newton(h, y, c):
    """min ½|w|² + c Σ max(0, 1 − y h w)² by full Newton steps, each halved until the objective falls."""

    def objective(w):
        return 0.5 * w @ w + c * (np.maximum(0, 1 - y * (h @ w)) ** 2).sum()

    w, value = np.zeros(h.shape[1]), c * len(y)
    for _ in range(200):
        at_work = y * (h @ w) < 1
        active = h[at_work]
        # (I + 2c A'A)⁻¹ 2c A'y, as A'(AA' + I/2c)⁻¹ y where that is the smaller system
        if len(active) < h.shape[1]:
            found = active.T @ np.linalg.solve(active @ active.T + np.eye(len(active)) / (2 * c), y[at_work])
        else:
            found = np.linalg.solve(active.T @ active + np.eye(h.shape[1]) / (2 * c), active.T @ y[at_work])
        step = 1.0
        while objective(w + step * (found - w)) > value and step > 1e-12:
            step /= 2
        w = w + step * (found - w)
        before, value = value, objective(w)
        if before - value <= 1e-14 * before:
            return value
    raise AssertionError("no end")


def predictions(x, labels, test, c):
    """None where LinearSVC says that it did not converge."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            model = LinearSVC(C=c, dual=True, tol=1e-8, max_iter=200_000, random_state=0).fit(x, labels)
        except ConvergenceWarning:
            return None
    return "".join(map(str, model.predict(test)))


cases = []
for name, samples, features, classes, separation, grid in CASES:
    everything, labels = made_features(samples + TEST, features, classes, separation, LATENTS, KEY)
    everything = everything.astype(np.float64)
    x, test = everything[:samples], everything[samples:]
    h = np.hstack([x, np.ones((samples, 1))])
    signs = np.where(labels[:samples, None] == np.arange(classes), 1.0, -1.0).T
    cases.append({
        "name": name, "samples": samples, "test": TEST, "features": features, "classes": classes,
        "separation": separation, "latents": LATENTS, "key": KEY, "grid": grid.tolist(),
        "objectives": [[newton(h, y, c) for y in signs] for c in grid],
        "predictions": [predictions(x, labels[:samples], test, c) for c in grid],
    })
    for c, row in zip(grid, cases[-1]["predictions"]):
        wrong = None if row is None else sum(int(a) != b for a, b in zip(row, labels[samples:]))
        print(name, f"{c:.3g}", wrong, flush=True)

body = {"from": f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}", "cases": cases}
target = Path(__file__).parents[2] / "harness/svm/fixtures/golden.json"
target.write_text(json.dumps(body).replace('{"name"', '\n{"name"') + "\n")
print(target.stat().st_size, "bytes")
