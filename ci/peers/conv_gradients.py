"""Gradients of convolutions -> harness/engine/wasm/fixtures/conv-gradients.json.

PyTorch's autograd in float64, images NHWC and filters [height, width, in, out] as in TensorFlow, whose "same" padding puts
the odd row and column at the end. Inputs and cotangents are functions of Philox keys, as in ops_contract.py.
"""
import json
import pathlib
import platform

import numpy as np
import torch
from torch.nn import functional as F

from ops_contract import normal, record, regenerate

# images [n, height, width, in], filter [height, width, in, out], strides, padding
CASES = [
    ([2, 5, 5, 3], [3, 3, 3, 4], [1, 1], "valid"),
    ([3, 8, 8, 2], [4, 4, 2, 5], [2, 2], "valid"),
    ([2, 7, 9, 1], [3, 2, 1, 3], [2, 3], "valid"),
    ([2, 6, 5, 3], [3, 3, 3, 2], [1, 1], "same"),
    ([1, 7, 6, 2], [4, 3, 2, 3], [2, 2], "same"),
    ([2, 2, 3, 2], [5, 5, 2, 3], [1, 2], "same"),  # the filter is larger than the image
    ([4, 6, 6, 2], [1, 1, 2, 3], [1, 1], "valid"),
    ([2, 7, 7, 2], [1, 1, 2, 3], [3, 3], "valid"),  # strides that leave pixels out
    ([3, 4, 4, 6], [4, 4, 6, 5], [1, 1], "valid"),  # the filter is the image
    ([100, 32, 32, 3], [5, 5, 3, 32], [1, 1], "valid"),  # SVHN's first layer
    ([20, 28, 28, 32], [4, 4, 32, 64], [2, 2], "valid"),  # its second
]


def same(size, filter_size, stride):
    """Zeros before and after."""
    total = max((-(-size // stride) - 1) * stride + filter_size - size, 0)
    return total // 2, total - total // 2


def convolve(images, filters, strides, padding):
    x = images.permute(0, 3, 1, 2)
    if padding == "same":
        rows, columns = (same(images.shape[1 + i], filters.shape[i], strides[i]) for i in (0, 1))
        x = F.pad(x, (*columns, *rows))
    return F.conv2d(x, filters.permute(3, 2, 0, 1), stride=strides).permute(0, 2, 3, 1)


def make(number, image_shape, filter_shape, strides, padding):
    inputs = [{**normal(*shape), "key": [2000 + number, i]} for i, shape in enumerate((image_shape, filter_shape))]
    images, filters = [torch.tensor(regenerate(entry)).double().requires_grad_(True) for entry in inputs]
    output = convolve(images, filters, strides, padding)
    dy = {**normal(*output.shape), "key": [2000 + number, 99]}
    of_images, of_filters = torch.autograd.grad((output * torch.tensor(regenerate(dy)).double()).sum(), [images, filters])
    return {"images": inputs[0], "filter": inputs[1], "dy": dy, "strides": strides, "padding": padding,
            "output": record(output.detach().numpy()),
            "ofImages": record(of_images.numpy()), "ofFilter": record(of_filters.numpy())}


def main():
    body = {
        "made": "ci/peers/conv_gradients.py",
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__.split("+")[0]},
        "cases": [make(number, *case) for number, case in enumerate(CASES)],
    }
    target = pathlib.Path(__file__).parents[2] / "harness/engine/wasm/fixtures/conv-gradients.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(body).replace('{"images"', '\n{"images"') + "\n")
    print(len(body["cases"]), "cases,", target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
