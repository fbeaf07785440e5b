"""Features as a trained encoder's are: correlated, of a falling spectrum, in classes that overlap.

As harness/svm/fixtures/made-features.ts makes them, within float32 rounding."""
import numpy as np

from philox import standard_normal


def made_features(samples, features, classes, separation, latents, key):
    """float32 [samples, features], and the class of sample i: i modulo classes."""
    sizes = [classes * latents, samples * latents, latents * features, samples * features, features]
    parts = np.split(standard_normal(sum(sizes), key).astype(np.float64), np.cumsum(sizes)[:-1])
    means, within, mix, noise = (
        part.reshape(rows, -1) for part, rows in zip(parts, (classes, samples, latents, samples))
    )
    labels = np.arange(samples) % classes
    sd = (np.arange(latents) + 1) ** -0.5
    z = sd * (separation * means[labels] + within)
    x = z @ mix / np.sqrt((sd**2).sum()) + 0.5 * noise + 0.3 * parts[4]
    return x.astype(np.float32), labels
