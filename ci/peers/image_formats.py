"""What other readers make of image files: scipy.io.loadmat of MATLAB files, Python's pickle of a batch of CIFAR-10.

    python ci/peers/image_formats.py            writes datasets/formats/fixtures/{*.mat, data_batch_py2, golden.json}
    python ci/peers/image_formats.py FOLDER     adds hashes of the *_32x32.mat in a folder of larger files

Images are hashed as bytes [count, height, width, channels], labels as bytes.
"""
import hashlib
import io
import json
import pathlib
import pickle
import struct
import sys

import numpy as np
import scipy
import scipy.io

FIXTURES = pathlib.Path(__file__).parents[2] / "datasets/formats/fixtures"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def described(path):
    content = scipy.io.loadmat(path)
    images = np.ascontiguousarray(content["X"].transpose(3, 0, 1, 2))
    labels = content["y"].ravel()
    assert images.dtype == np.uint8 and (labels == labels.astype(np.uint8)).all()
    return {
        "images": sha256(images.tobytes()),
        "shape": list(images.shape),
        "labels": sha256(labels.astype(np.uint8).tobytes()),
        "arrayClass": str(labels.dtype) if labels.dtype == np.uint8 else "double",
    }


class Python2Pickler(pickle._Pickler):
    """Protocol 2 as Python 2 wrote it: byte strings are STRINGs, NumPy's names are those of its first releases."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_bytes(self, text):
        if len(text) < 256:
            self.write(pickle.SHORT_BINSTRING + struct.pack("<B", len(text)) + text)
        else:
            self.write(pickle.BINSTRING + struct.pack("<i", len(text)) + text)
        self.memoize(text)

    dispatch[bytes] = save_bytes

    def save_array(self, array):
        self.write(b"cnumpy.core.multiarray\n_reconstruct\nq\x80cnumpy\nndarray\nq\x81K\x00\x85U\x01b\x87R")
        self.memoize(array)
        self.write(b"(K\x01")
        self.save(array.shape)
        self.write(b"cnumpy\ndtype\nq\x82U\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89")
        self.save(array.tobytes())
        self.write(b"tb")

    dispatch[np.ndarray] = save_array


def python_batch(path):
    random = np.random.default_rng(10)
    data = random.integers(0, 256, (4, 3072), dtype=np.uint8)
    labels = [3, 0, 9, 7]
    batch = {
        b"data": data,
        b"labels": labels,
        b"batch_label": b"training batch 1 of 5",
        b"filenames": [b"leptodactylus_pentadactylus_s_000004.png", b"camion_s_000148.png", b"a.png", b"b.png"],
    }
    out = io.BytesIO()
    Python2Pickler(out, protocol=2).dump(batch)
    path.write_bytes(out.getvalue())
    read = pickle.loads(out.getvalue(), encoding="bytes")
    assert (read[b"data"] == data).all() and read[b"labels"] == labels, "what was written is what Python reads"
    images = np.ascontiguousarray(read[b"data"].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))
    return {"images": sha256(images.tobytes()), "labels": labels}


def main():
    golden_file = FIXTURES / "golden.json"
    if len(sys.argv) > 1:
        golden = json.loads(golden_file.read_text())
        for path in sorted(pathlib.Path(sys.argv[1]).glob("*_32x32.mat")):
            golden["larger"][sha256(path.read_bytes())] = described(path)
    else:
        random = np.random.default_rng(7)
        for name, compressed, kind in [("compressed", True, np.float64), ("plain", False, np.uint8)]:
            images = random.integers(0, 256, (32, 32, 3, 5), dtype=np.uint8)
            labels = np.array([[10], [1], [2], [9], [5]], dtype=kind)
            scipy.io.savemat(FIXTURES / f"{name}.mat", {"X": images, "y": labels}, do_compression=compressed)
        golden = {
            "versions": {"scipy": scipy.__version__, "numpy": np.__version__},
            "matlab": {path.name: described(path) for path in sorted(FIXTURES.glob("*.mat"))},
            "python": {"data_batch_py2": python_batch(FIXTURES / "data_batch_py2")},
            "larger": {},
        }
    golden_file.write_text(json.dumps(golden, indent=1) + "\n")


main()
