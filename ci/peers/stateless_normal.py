"""TensorFlow's own StatelessRandomNormal (the v1 op) -> harness/engine/fixtures/stateless-normal.json."""
import json
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

WHOLE = 16  # values recorded from the start of each stream; of long ones also the tail and a stride
CASES = [
    ([0, 0], 1), ([0, 0], 16), ([1, 2], 3), ([42, 7], 5), ([-1, 0], 6), ([0, -1], 7), ([-1, -1], 8),
    ([2147483647, -2147483648], 13), ([-2147483648, 2147483647], 10), ([-123456789, 987654321], 4099),
    ([20160602, 25], 400001),
]


def main():
    cases = []
    for seed, count in CASES:
        values = tf.raw_ops.StatelessRandomNormal(shape=[count], seed=tf.constant(seed, tf.int32)).numpy()
        stride = max(1, count // 64)
        indices = sorted(set(range(min(WHOLE, count))) | set(range(0, count, stride)) | set(range(max(0, count - 5), count)))
        cases.append({
            "seed": seed, "count": count, "indices": indices,
            "values": [float(str(np.float32(values[at]))) for at in indices],
            "mean": float(np.mean(values, dtype=np.float64)), "meanSquare": float(np.mean(values.astype(np.float64) ** 2)),
        })
    target = pathlib.Path(__file__).parents[2] / "harness/engine/fixtures/stateless-normal.json"
    target.parent.mkdir(exist_ok=True)
    body = {"made": "ci/peers/stateless_normal.py", "op": "StatelessRandomNormal", "tensorflow": tf.__version__, "cases": cases}
    target.write_text(json.dumps(body) + "\n")


if __name__ == "__main__":
    main()
