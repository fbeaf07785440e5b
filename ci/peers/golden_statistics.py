"""Golden values for harness/statistics from SciPy and statsmodels, by functions that share no code with ours.

Run: pip install "scipy==1.17.1" "statsmodels==0.15.0" && python ci/peers/golden_statistics.py
Writes harness/statistics/fixtures/golden.json.
"""
import itertools
import json
import platform
from pathlib import Path

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

rng = np.random.default_rng(20170424)


def rounded(values, digits=3):
    return [round(float(v), digits) for v in values]


def studentised_permutation(a, b):
    """Every split by SciPy, the statistic |Welch t|; the upper tail alone, since SciPy's two-sided p doubles a tail."""

    def statistic(x, y, axis):
        error = np.sqrt(x.var(axis, ddof=1) / x.shape[axis] + y.var(axis, ddof=1) / y.shape[axis])
        difference = np.abs(x.mean(axis) - y.mean(axis))
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(difference < 1e-12, 0.0, difference / np.where(error < 1e-12, 0.0, error))
        return np.minimum(t, 1e9)  # SciPy's tolerance for ties is relative, and Infinity has none

    test = stats.permutation_test((a, b), statistic, vectorized=True, n_resamples=np.inf, alternative="greater")
    return float(test.pvalue)


def two_samples():
    """Welch, its interval, TOST (Welch), Mann-Whitney and the studentised permutation test on the same pairs of samples."""
    cases = []
    shapes = [(3, 4, 0, 1, 1), (5, 5, 1, 1, 3), (6, 9, 3, 5, 9), (10, 10, 2, 2, 2), (2, 12, 0, 1, 4), (8, 3, -1, 0.1, 1)]
    for n1, n2, shift, sd1, sd2 in shapes:
        a = rounded(rng.normal(10 + shift, sd1, n1))
        b = rounded(rng.normal(10, sd2, n2))
        welch = stats.ttest_ind(a, b, equal_var=False)
        ci = welch.confidence_interval(0.95)
        margin = 2.5
        p, (_, lower, _), (_, upper, _) = ttost_ind(a, b, -margin, margin, usevar="unequal")
        permutation = studentised_permutation(a, b)
        cases.append(
            {
                "a": a,
                "b": b,
                "t": welch.statistic,
                "df": welch.df,
                "p": welch.pvalue,
                "low": ci.low,
                "high": ci.high,
                "margin": margin,
                "tost": p,
                "tostLower": lower,
                "tostUpper": upper,
                "permutation": permutation,
                "rankSum": stats.mannwhitneyu(a, b, method="exact").pvalue,
            }
        )
    return cases


def tied_splits():
    """Studentised permutation where splits tie, and where some have no variance: t = Infinity, or 0 where all are equal."""
    pairs = [
        ([1, 1, 1], [2, 2, 2]),
        ([1, 1, 2], [2, 2, 2, 2]),
        ([3, 3], [3, 3, 3]),
        ([0, 1, 2, 3], [2, 3, 4, 5, 6]),
        ([17, 18, 2, 19, 18], [3, 17, 0, 4, 17]),
        ([0.1, 0.1, 0.1, 0.7], [0.3, 0.3, 0.3, 0.3]),
    ]
    return [{"a": a, "b": b, "p": studentised_permutation(np.array(a, float), np.array(b, float))} for a, b in pairs]


def expanded():
    """Tail of the 95 % expanded percentile interval of n outer units, by Hesterberg's formula."""
    return [{"units": n, "tail": float(stats.norm.cdf(-np.sqrt(n / (n - 1)) * stats.t.isf(0.025, n - 1)))} for n in (3, 5, 10, 20, 100)]


def paired():
    cases = []
    for n, shift in [(4, 1), (7, 0.3), (10, 1), (12, 0.5)]:
        d = rounded(rng.normal(shift, 1.2, n))
        zeros = [0.0] * n
        p, (_, lower, _), (_, upper, _) = ttost_paired(np.array(d), np.array(zeros), -1, 1)
        ci = stats.ttest_1samp(d, 0).confidence_interval(0.95)
        flips = np.array(list(itertools.product([1, -1], repeat=n))) @ np.array(d)
        cases.append(
            {
                "differences": d,
                "p": stats.ttest_1samp(d, 0).pvalue,
                "low": ci.low,
                "high": ci.high,
                "tost": p,
                "tostLower": lower,
                "tostUpper": upper,
                "signFlip": float(np.mean(np.abs(flips) >= abs(sum(d)) - 1e-9)),
                "signedRank": stats.wilcoxon(d, method="exact").pvalue,
            }
        )
    return cases


def holm():
    cases = []
    for ps in [[0.01, 0.02, 0.03, 0.04, 0.05], [0.04, 0.001, 0.04, 0.3], [0.5, 0.9], [0.2], rounded(rng.random(12), 4)]:
        cases.append({"p": ps, "adjusted": multipletests(ps, method="holm")[1].tolist()})
    return cases


def power():
    """Noncentral t for equal variances (two-sided), and TOST power by simulation-free double integration."""
    cases = []
    for n, delta, sd, alpha in [(5, 1, 1, 0.05), (20, 1, 1, 0.05), (10, 3, 5.8, 0.05), (4, 2, 1, 0.01)]:
        df = 2 * n - 2
        nc = delta / (sd * np.sqrt(2 / n))
        c = stats.t.isf(alpha / 2, df)
        cases.append({"n": n, "delta": delta, "sd": sd, "alpha": alpha, "power": stats.nct.sf(c, df, nc) + stats.nct.cdf(-c, df, nc)})
    return cases


def equivalence_power():
    cases = []
    for n, delta, sd, margin in [(10, 0, 1, 1.5), (10, 0.5, 1, 1.5), (30, 0.2, 2, 1.5), (12, 0, 1, 1)]:
        df = n - 1
        se = sd / np.sqrt(n)
        c = stats.t.isf(0.05, df)
        scale = lambda s: 2 * df * s * stats.chi2.pdf(df * s * s, df)
        inner = lambda s: max(
            0.0, stats.norm.cdf((margin - delta) / se - c * s) - stats.norm.cdf(-(margin + delta) / se + c * s)
        )
        edge = margin / (se * c)
        value = scipy.integrate.quad(lambda s: scale(s) * inner(s), 0, edge, epsabs=1e-12, limit=500)[0]
        cases.append({"n": n, "delta": delta, "sd": sd, "margin": margin, "power": value})
    return cases


def trend():
    cases = []
    for arms in [[[20, 19, 21], [18, 19, 20], [17, 16, 19]], [[1, 2], [2, 3], [3, 5], [4, 4]], [[5, 3, 4], [5, 6]]]:
        pooled = np.array([x for arm in arms for x in arm], float)
        labels = [g for g, arm in enumerate(arms) for _ in arm]

        def jonckheere(groups):
            j = 0.0
            for i in range(len(pooled)):
                for k in range(len(pooled)):
                    if groups[i] < groups[k]:
                        j += float(pooled[i] < pooled[k]) + 0.5 * float(pooled[i] == pooled[k])
            return j

        centre = (len(pooled) ** 2 - sum(len(a) ** 2 for a in arms)) / 4
        observed = jonckheere(labels)
        all_j = [jonckheere(g) for g in set(itertools.permutations(labels))]
        p = float(np.mean([abs(j - centre) >= abs(observed - centre) - 1e-9 for j in all_j]))
        cases.append({"arms": arms, "statistic": observed, "expected": centre, "p": p})
    return cases


def prediction():
    """Coverage by simulation: how often a new mean of m falls into the interval made from n, and its half-width."""
    cases = []
    for n, m in [(5, 1), (10, 10), (6, 100)]:
        x = rng.normal(0, 1, (200_000, n))
        new = rng.normal(0, 1 / np.sqrt(m), 200_000)
        # The factor k in x̄ ± k·s that covers 95 % of new means, read off the simulated ratio.
        ratio = np.abs(new - x.mean(1)) / x.std(1, ddof=1)
        cases.append({"n": n, "m": m, "factor": float(np.quantile(ratio, 0.95))})
    return cases


def pooled_within():
    """The mean square within groups of statsmodels' ANOVA table: the variance pooled within them."""
    import pandas as pd
    from statsmodels.formula.api import ols
    from statsmodels.stats.anova import anova_lm

    cases = []
    for sizes in [(4, 4, 4), (6, 6), (2, 5, 3, 7), (1, 4, 2)]:
        groups = [rounded(rng.normal(shift, 1.5, n)) for n, shift in zip(sizes, rng.normal(0, 2, len(sizes)))]
        frame = pd.DataFrame([{"y": y, "g": str(i)} for i, group in enumerate(groups) for y in group])
        table = anova_lm(ols("y ~ C(g)", frame).fit())
        _, within = table["mean_sq"]
        cases.append({"groups": groups, "within": within})
    return cases


def hierarchical():
    """The whole distribution of the resampled mean of means, by enumeration: its mean, variance and cumulative shares."""
    cases = []
    for groups in [[[1.0, 4.0], [2.0, 9.0]], [[0.0, 1.0, 5.0], [7.0, 8.0]], [[3.0], [1.0, 2.0], [6.0, 10.0]]]:
        a = len(groups)
        values, weights = [], []
        for outer in itertools.product(range(a), repeat=a):
            means = [[np.mean(c) for c in itertools.product(groups[g], repeat=len(groups[g]))] for g in outer]
            for combination in itertools.product(*means):
                values.append(np.mean(combination))
                weights.append(a ** -a / np.prod([len(m) for m in means]))
        values, weights = np.array(values), np.array(weights)
        mean = float(values @ weights)
        order = np.argsort(values)
        cumulative = np.cumsum(weights[order])
        cases.append(
            {
                "groups": groups,
                "mean": mean,
                "variance": float((values - mean) ** 2 @ weights),
                # Points at which the distribution is well away from a step at 2.5 %: checked by the share at or below them.
                "shares": [{"at": float(x), "share": float(weights[values <= x + 1e-9].sum())} for x in np.quantile(values, [0.1, 0.5, 0.8])],
            }
        )
    return cases


def main():
    golden = {
        "from": f"Python {platform.python_version()}, SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}",
        "twoSamples": two_samples(),
        "paired": paired(),
        "tiedSplits": tied_splits(),
        "expanded": expanded(),
        "holm": holm(),
        "power": power(),
        "equivalencePower": equivalence_power(),
        "trend": trend(),
        "prediction": prediction(),
        "pooledWithin": pooled_within(),
        "hierarchical": hierarchical(),
        "quantiles": [
            {"p": p, "df": df, "t": float(stats.t.ppf(p, df)), "upper": float(stats.t.sf(3.3, df))}
            for p in (0.6, 0.95, 0.975, 0.9995)
            for df in (1, 2.5, 9, 15.178, 400)
        ],
    }
    path = Path(__file__).resolve().parents[2] / "harness/statistics/fixtures/golden.json"
    path.write_text(json.dumps(golden, indent=1, default=float) + "\n")


if __name__ == "__main__":
    main()
