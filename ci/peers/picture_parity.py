"""How Pillow decodes and scales a picture: `datasets/formats/fixtures/{face.jpg, face.rgb, wide.jpg, wide.rgb}`.

    python ci/peers/picture_parity.py            writes the fixtures
    python ci/peers/picture_parity.py FOLDER     compares FOLDER/*.rgb (made by ci/peers/prepare-pictures.ts) with Pillow, prints figures

face.rgb is 178 x 218 resized to 64 x 78 by LANCZOS, rows 7 to 70; wide.rgb has the shorter side resized to 64 and its middle
cut out.
"""
import pathlib
import sys

import numpy as np
import PIL
from PIL import Image

FIXTURES = pathlib.Path(__file__).parents[2] / "datasets/formats/fixtures"


def picture(width, height, seed):
    """Soft colours with edges and some grain, as a photograph has."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    planes = []
    for _ in range(3):
        a, b, c, d = random.uniform(2, 12, 4)
        planes.append(127 + 60 * np.sin(a * x + b * y) + 50 * np.sign(np.sin(c * x - d * y)) * (x * y > 0.05))
    values = np.stack(planes, -1) + random.normal(0, 6, (height, width, 1))
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def face(image):
    assert image.size == (178, 218)
    return np.asarray(image.convert("RGB").resize((64, 78), Image.Resampling.LANCZOS))[7:71]


def middle(image, size=64):
    image = image.convert("RGB")
    scale = size / min(image.size)
    width, height = (max(size, int(side * scale + 0.5)) for side in image.size)
    scaled = np.asarray(image.resize((width, height), Image.Resampling.LANCZOS))
    left, top = (width - size) // 2, (height - size) // 2
    return scaled[top : top + size, left : left + size]


def compare(folder):
    """Of each picture in the folder, made by `write`, what ours is to Pillow's."""
    for kind, prepare in [("face", face), ("wide", middle)]:
        differences = []
        for path in sorted(folder.glob(f"{kind}-*.jpg")):
            ours = np.fromfile(path.with_suffix(".rgb"), np.uint8).reshape(64, 64, 3).astype(int)
            differences.append(np.abs(ours - prepare(Image.open(path)).astype(int)))
        all_of = np.stack(differences)
        equal = (all_of == 0).mean()
        print(f"{kind}: {len(all_of)} pictures, equal {equal:.1%}, mean difference {all_of.mean():.3f}, 99.9% within {np.quantile(all_of, 0.999):.0f}, largest {all_of.max()} of 255")


def main():
    print("Pillow", PIL.__version__)
    if len(sys.argv) > 1:
        folder = pathlib.Path(sys.argv[1])
        if any(folder.glob("*.rgb")):
            return compare(folder)
        folder.mkdir(exist_ok=True, parents=True)
        for i in range(200):
            picture(178, 218, i).save(folder / f"face-{i:03}.jpg", quality=75 + i % 21)
            picture(300 + 7 * (i % 40), 200 + 5 * (i % 60), i).save(folder / f"wide-{i:03}.jpg", quality=75 + i % 21)
        return print("now: node --import tsx ci/peers/prepare-pictures.ts", folder, "and this again")
    for kind, size, prepare in [("face", (178, 218), face), ("wide", (240, 160), middle)]:
        picture(*size, 3).save(FIXTURES / f"{kind}.jpg", quality=85)
        (FIXTURES / f"{kind}.rgb").write_bytes(prepare(Image.open(FIXTURES / f"{kind}.jpg")).tobytes())


main()
