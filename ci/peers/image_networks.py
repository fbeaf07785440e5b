"""The networks of the image models, written from the paper's tables and the authors' code, for the parity scripts.

Run as a program it prints every table's sizes and numbers of parameters.
"""
from dataclasses import dataclass, replace
from math import floor, prod


@dataclass(frozen=True)
class Row:
    transposed: bool
    kernel: int
    stride: int
    filters: int  # before a maxout
    norm: bool
    nonlinearity: str
    dropout: float = 0.0  # of the row's input
    dropout_inside: float = 0.0  # of the nonlinearity's input


@dataclass(frozen=True)
class Network:
    channels: int
    size: int
    bias: str  # of the rows without batch norm: "tied", "untied" or "none"
    leak: float
    rows: tuple
    padding: int = 0
    pieces: int = 2

    def layers(self):
        """Each row with its input channels and its output size."""
        channels, size = self.channels, self.size
        for row in self.rows:
            if row.transposed:
                size = size * row.stride if self.padding else (size - 1) * row.stride + row.kernel
            else:
                size = (size + 2 * self.padding - row.kernel) // row.stride + 1
            yield row, channels, size
            channels = row.filters // self.pieces if row.nonlinearity == "maxout" else row.filters

    def outputs(self):
        row = self.rows[-1]
        return row.filters // self.pieces if row.nonlinearity == "maxout" else row.filters

    def parameters(self):
        """(row, role, shape), rows from 1; a convolution's weights are [kernel, kernel, in, out], a transposed one's [.., out, in]."""
        for at, (row, channels, size) in enumerate(self.layers(), 1):
            ends = (row.filters, channels) if row.transposed else (channels, row.filters)
            yield at, "weights", (row.kernel, row.kernel, *ends)
            if row.norm:
                yield at, "scale", (row.filters,)
                yield at, "shift", (row.filters,)
            elif self.bias != "none":
                yield at, "bias", (row.filters,) if self.bias == "tied" else (size, size, row.filters)


def rows(text, hidden, dropout=None):
    """ "5/1/32 BN, T4/2/64": kernel, stride, filters; `hidden` is the nonlinearity unless the row names its own."""
    made = []
    for part in text.split(","):
        words = part.split()
        kernel, stride, filters = (int(word) for word in words[0].lstrip("T").split("/"))
        own = [word for word in words[1:] if word != "BN"]
        made.append(Row(words[0][0] == "T", kernel, stride, filters, "BN" in words, own[0] if own else hidden))
    return tuple(replace(row, dropout=rate) for row, rate in zip(made, dropout)) if dropout else tuple(made)


def svhn():
    leak = 0.01
    return {
        "encoder": Network(3, 32, "untied", leak, rows("5/1/32 BN, 4/2/64 BN, 4/1/128 BN, 4/2/256 BN, 4/1/512 BN, 1/1/512 BN, 1/1/512 linear", "leaky")),
        "decoder": Network(256, 1, "untied", leak, rows("T4/1/256 BN, T4/2/128 BN, T4/1/64 BN, T4/2/32 BN, T5/1/32 BN, 1/1/32 BN, 1/1/3 sigmoid", "leaky")),
        "image-features": Network(3, 32, "tied", leak, rows("5/1/32, 4/2/64 BN, 4/1/128 BN, 4/2/256 BN, 4/1/512 BN", "leaky", [0.2] * 5)),
        "latent-features": Network(256, 1, "none", leak, rows("1/1/512, 1/1/512", "leaky", [0.2] * 2)),
        "joint": Network(1024, 1, "tied", leak, rows("1/1/1024, 1/1/1024, 1/1/1 linear", "leaky", [0.2] * 3)),
    }


def cifar10(code):
    """Printed features are filters in the code; as printed they are what a maxout of two pieces leaves."""
    leak, times = 0.1, 1 if code else 2
    encoder = "5/1/32 BN, 4/2/64 BN, 4/1/128 BN, 4/2/256 BN, 4/1/512 BN, 1/1/512 BN, 1/1/128 linear"
    wider = lambda made: tuple(replace(row, filters=row.filters * (times if row.nonlinearity == "maxout" else 1)) for row in made)
    of_x = rows("5/1/32, 4/2/64, 4/1/128, 4/2/256, 4/1/512", "maxout", [0.2, 0.5, 0, 0, 0.5] if code else [0.2, 0.5, 0.5, 0.5, 0.5])
    if code:
        of_x = tuple(replace(row, dropout_inside=0.5) if at == 2 else row for at, row in enumerate(of_x))
    return {
        **svhn(),
        "encoder": Network(3, 32, "untied", leak, rows(encoder, "leaky")),
        "decoder": replace(svhn()["decoder"], channels=64, leak=leak),
        "image-features": Network(3, 32, "untied", leak, wider(of_x)),
        "latent-features": Network(64, 1, "none", leak, wider(rows("1/1/512, 1/1/512", "maxout", [0.2, 0.5]))),
        "joint": Network(512 * times, 1, "tied", leak, wider(rows("1/1/1024, 1/1/1024, 1/1/1 linear", "maxout", [0.5] * 3))),
    }


def celeba(code):
    leak = 0.02
    of_x = "2/1/64 BN, 7/2/128 BN, 5/2/256 BN, 7/2/256 BN, 4/1/512 BN"
    return {
        "encoder": Network(3, 64, "untied", leak, rows(of_x + ", 1/1/512 linear", "leaky")),
        "decoder": Network(256, 1, "untied", leak, rows("T4/1/512 BN, T7/2/256 BN, T5/2/256 BN, T7/2/128 BN, T2/1/64 BN, 1/1/3 sigmoid", "leaky")),
        "image-features": Network(3, 64, "tied", leak, rows(of_x.replace("64 BN", "64") if code else of_x, "leaky", [0.2 if code else 0] * 5)),
        "latent-features": Network(256, 1, "none", leak, rows("1/1/1024, 1/1/1024", "leaky", [0.2] * 2)),
        "joint": Network(1536, 1, "tied", leak, rows("1/1/2048, 1/1/2048, 1/1/1 linear", "leaky", [0.2] * 3)),
    }


def tiny_imagenet():
    leak = 0.01
    of_x = "4/2/64{}, 4/1/64 BN, 4/2/128 BN, 4/1/128 BN, 4/2/256 BN, 4/1/256 BN"
    decoder = "1/1/2048 BN, 1/1/256 BN, T4/1/256 BN, T4/2/128 BN, T4/1/128 BN, T4/2/64 BN, T4/1/64 BN, T4/2/64 BN, 1/1/3 sigmoid"
    return {
        "encoder": Network(3, 64, "untied", leak, rows(of_x.format(" BN") + ", 1/1/2048 BN, 1/1/2048 BN, 1/1/512 linear", "leaky")),
        "decoder": Network(256, 1, "untied", leak, rows(decoder, "leaky")),
        "image-features": Network(3, 64, "tied", leak, rows(of_x.format(""), "leaky", [0.2] * 6)),
        "latent-features": Network(256, 1, "tied", leak, rows("1/1/2048, 1/1/2048", "leaky", [0.2] * 2)),
        "joint": Network(2304, 1, "tied", leak, rows("1/1/4096, 1/1/4096, 1/1/1 linear", "leaky", [0.2] * 3)),
    }


def conditional_celeba(attributes=40, embedding=256):
    """The code's CelebA; an embedding joins the last hidden maps of the encoder, z, and [D(x), D(z)]. A linear map is a 1/1 row."""
    plain = celeba(True)
    encoder, decoder, joint = plain["encoder"], plain["decoder"], plain["joint"]
    return {
        "encoder": replace(encoder, rows=encoder.rows[:-1]),
        "posterior": Network(512 + embedding, 1, "untied", encoder.leak, encoder.rows[-1:]),
        "decoder": replace(decoder, channels=256 + embedding),
        "image-features": plain["image-features"],
        "latent-features": plain["latent-features"],
        "joint": replace(joint, channels=1536 + embedding),
    }


def dcgan():
    """SVHN's, from the shapes of the shipped weights; biases nowhere. The first map of 4 x 4 x 256 is normalised unit by unit."""
    return {
        "projection": Network(100, 1, "none", 0.0, rows("1/1/4096 BN", "leaky")),
        "decoder": Network(256, 4, "none", 0.0, rows("T5/2/128 BN, T5/2/64 BN, T5/2/3 tanh", "leaky"), padding=2),
        "image-features": Network(3, 32, "none", 0.2, rows("5/2/64, 5/2/128 BN, 5/2/256 BN", "leaky"), padding=2),
        "classifier": Network(256, 4, "none", 0.2, rows("4/1/1 linear", "leaky")),
    }


def narrowed(networks, factor, latent):
    """Hidden features times a factor, at least 1; images, rows and kernels stay. For ALI's five networks."""
    def narrow(network, channels, outputs=None):
        made = []
        for at, row in enumerate(network.rows):
            pieces = network.pieces if row.nonlinearity == "maxout" else 1
            features = max(1, floor(row.filters // pieces * factor + 0.5))
            made.append(replace(row, filters=outputs if outputs and at == len(network.rows) - 1 else pieces * features))
        return replace(network, channels=channels, rows=tuple(made))

    of_x, of_z = narrow(networks["image-features"], 3), narrow(networks["latent-features"], latent)
    return {
        "encoder": narrow(networks["encoder"], 3, 2 * latent),
        "decoder": narrow(networks["decoder"], latent, 3),
        "image-features": of_x,
        "latent-features": of_z,
        "joint": narrow(networks["joint"], of_x.outputs() + of_z.outputs(), 1),
    }


if __name__ == "__main__":
    for name, networks in {"svhn": svhn(), "cifar10": cifar10(False), "cifar10-code": cifar10(True), "celeba": celeba(False),
                           "celeba-code": celeba(True), "tiny-imagenet": tiny_imagenet(), "conditional": conditional_celeba(), "dcgan": dcgan()}.items():
        print(name)
        for part, network in networks.items():
            print("  ", part, sum(prod(shape) for _, _, shape in network.parameters()), [size for *_, size in network.layers()])
