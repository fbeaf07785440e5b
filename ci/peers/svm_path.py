"""L2-SVMs over a grid of C by scikit-learn's LinearSVC, to time beside ours: `svm_path.py`, or `svm_path.py check`.

On the dual, with scikit-learn's own tolerance (1e-4) and its 1,000 iterations; from C of about 1e-3 on it warns that these
were not enough. `check` prints for each C the time, the iterations, whether it warned, and errors on 10,000 more samples.
"""
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from served import serve
from svm_data import made_features

# As ci/bench/serve-svm.ts.
SAMPLES, FEATURES, CLASSES, SEPARATION, LATENTS, KEY = 1000, 5376, 10, 0.2, 400, (20170424, 7)
GRID = np.exp(np.linspace(-20, 20, 50))


def fit(x, labels, c):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        model = LinearSVC(C=c, dual=True, random_state=0).fit(x, labels)
    return model, len(caught) > 0


def check():
    """On other samples than the bench's: the recipe's stream depends on how many there are."""
    features, labels = made_features(SAMPLES + 10_000, FEATURES, CLASSES, SEPARATION, LATENTS, KEY)
    x, test = features[:SAMPLES].astype(np.float64), features[SAMPLES:].astype(np.float64)
    for c in GRID:
        start = time.process_time()
        model, warned = fit(x, labels[:SAMPLES], c)
        took = time.process_time() - start
        wrong = int((model.predict(test) != labels[SAMPLES:]).sum())
        print(f"C {c:.3g}: {took:.2f} s, {model.n_iter_} iterations{', warned' if warned else ''}, {wrong} errors", flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        check()
    else:
        features, labels = made_features(SAMPLES, FEATURES, CLASSES, SEPARATION, LATENTS, KEY)
        x = features.astype(np.float64)

        def step():
            for c in GRID:
                fit(x, labels, c)

        serve(step, lambda: None, {"scikit-learn": sklearn.__version__, "numpy": np.__version__}, block=0)
