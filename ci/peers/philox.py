"""Philox4x32-10 and TensorFlow's StatelessRandomNormal (v1) in NumPy, written from the published algorithms.

Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011);
tensorflow/core/kernels/stateless_random_ops.cc (GenerateKey) and core/lib/random/random_distributions.h (BoxMullerFloat).
Run as a program it checks itself against Random123's known answers and, when the fixture exists, against TensorFlow.
"""
import json
import pathlib

import numpy as np

MASK = np.uint64(0xFFFFFFFF)


def philox4x32(counter, key):
    """counter: four uint64 arrays holding 32-bit words; key: two words. Ten rounds."""
    c = [np.asarray(word, dtype=np.uint64) & MASK for word in counter]
    k0, k1 = int(key[0]), int(key[1])
    for _ in range(10):
        product0 = c[0] * np.uint64(0xD2511F53)
        product1 = c[2] * np.uint64(0xCD9E8D57)
        c = [
            (product1 >> np.uint64(32)) ^ c[1] ^ np.uint64(k0),
            product1 & MASK,
            (product0 >> np.uint64(32)) ^ c[3] ^ np.uint64(k1),
            product0 & MASK,
        ]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c


def random_words(count, seed):
    """`count` 32-bit words of a key of two int32, as TensorFlow's stateless operations (v1) draw them."""
    wide = [int(word) & 0xFFFFFFFFFFFFFFFF for word in seed]  # int32 sign-extended to 64 bits
    start = [wide[0] & 0xFFFFFFFF, wide[0] >> 32, wide[1] & 0xFFFFFFFF, wide[1] >> 32]
    mixed = [int(word) for word in philox4x32(start, (0x3EC8F720, 0x02461E29))]
    blocks = np.arange((count + 3) // 4, dtype=np.uint64)
    zero = np.zeros_like(blocks)
    words = philox4x32([blocks, zero, zero + np.uint64(mixed[2]), zero + np.uint64(mixed[3])], mixed[:2])
    return np.stack(words, 1).reshape(-1)[:count].astype(np.uint32)


def standard_normal(count, seed):
    """`count` float32 standard normals of a key of two int32: float64 Box-Muller, rounded once."""
    words = random_words((count + 1) // 2 * 2, seed).reshape(-1, 2)
    unit = (words & np.uint32(0x7FFFFF)).astype(np.float64) / 0x800000
    radius = np.sqrt(-2 * np.log(np.maximum(unit[:, 0], 1e-7)))
    angle = 2 * np.pi * unit[:, 1]
    return np.stack([np.sin(angle) * radius, np.cos(angle) * radius], 1).reshape(-1)[:count].astype(np.float32)


def check():
    ones = 0xFFFFFFFF
    known = [
        ([0] * 4, [0] * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ([ones] * 4, [ones] * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0], "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ]
    for counter, key, answer in known:
        assert " ".join(f"{int(word):08x}" for word in philox4x32(counter, key)) == answer, (counter, key)
    print("Random123 known answers: equal")
    fixture = pathlib.Path(__file__).parents[2] / "harness/engine/fixtures/stateless-normal.json"
    if fixture.exists():
        worst = 0.0
        for case in json.loads(fixture.read_text())["cases"]:
            ours = standard_normal(case["count"], case["seed"])
            worst = max(worst, max(abs(ours[at] - value) for at, value in zip(case["indices"], case["values"])))
        print(f"TensorFlow fixture: largest absolute difference {worst:.2e}")
        assert worst < 3e-6


if __name__ == "__main__":
    check()
