"""Models that make maps of maps (segmentation, super-resolution, generation), as people write them; see ordinary_models.py."""

import torch
import torch.nn.functional as F
from torch import nn

from support.ordinary_blocks import Branches, conv_norm


class UNet(nn.Module):
    """Without padding, so that what is copied across is cropped (Ronneberger 2015); up by transposed convolutions."""

    def __init__(self, c=6):
        super().__init__()
        double = lambda i, o: nn.Sequential(nn.Conv2d(i, o, 3), nn.ReLU(), nn.Conv2d(o, o, 3), nn.ReLU())  # noqa: E731
        self.down, self.bottom = double(3, c), double(c, 2 * c)
        self.up, self.merge, self.last = nn.ConvTranspose2d(2 * c, c, 2, 2), double(2 * c, c), nn.Conv2d(c, 2, 1)

    def forward(self, x):
        high = self.down(x)
        x = self.up(self.bottom(F.max_pool2d(high, 2)))
        top, left = [(large - small) // 2 for large, small in zip(high.shape[2:], x.shape[2:])]
        high = high[:, :, top : top + x.size(2), left : left + x.size(3)]
        return self.last(self.merge(torch.cat([high, x], dim=1)))


class UNetInterpolated(nn.Module):
    """With padding; up by interpolation, and what does not fit is padded."""

    def __init__(self, c=6):
        super().__init__()
        self.down, self.bottom, self.merge = conv_norm(3, c), conv_norm(c, 2 * c), conv_norm(3 * c, c)
        self.up, self.last = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True), nn.Conv2d(c, 1, 1)

    def forward(self, x):
        high = self.down(x)
        low = self.up(self.bottom(F.max_pool2d(high, 2)))
        rows, columns = high.size(2) - low.size(2), high.size(3) - low.size(3)
        low = F.pad(low, [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2])
        return torch.sigmoid(self.last(self.merge(torch.cat([low, high], 1))))


class DeepLab(nn.Module):
    """Dilated branches and one of the whole image, widened again."""

    def __init__(self, c=8):
        super().__init__()
        self.stem = conv_norm(3, c, 3, 2)
        self.atrous = Branches(*[nn.Conv2d(c, 4, 3, padding=d, dilation=d, bias=False) for d in (1, 2, 3)])
        self.pooling = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, 4, 1, bias=False), nn.ReLU())
        self.project = nn.Conv2d(16, 5, 1)

    def forward(self, x):
        size, x = x.shape[-2:], self.stem(x)
        pooled = F.interpolate(self.pooling(x), size=x.shape[-2:], mode="bilinear", align_corners=False)
        x = self.project(torch.cat([self.atrous(x), pooled], dim=1))
        return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


class Pyramid(nn.Module):
    """FPN, of which the finest map is used."""

    def __init__(self, c=8):
        super().__init__()
        self.stages = nn.ModuleList([conv_norm(3, c, 3, 2), conv_norm(c, 2 * c, 3, 2), conv_norm(2 * c, 4 * c, 3, 2)])
        self.lateral = nn.ModuleList([nn.Conv2d(width, c, 1) for width in (c, 2 * c, 4 * c)])
        self.smooth = nn.Conv2d(c, c, 3, padding=1)

    def forward(self, x):
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        top = None
        for lateral, x in zip(reversed(self.lateral), reversed(maps)):
            side = lateral(x)
            top = side if top is None else side + F.interpolate(top, size=side.shape[-2:], mode="nearest")
        return self.smooth(top)


def autoencoder():
    down = [nn.Conv2d(3, 8, 3, 2, 1), nn.ELU(), nn.Conv2d(8, 4, 3, 2, 1), nn.ELU()]
    up = [
        nn.ConvTranspose2d(4, 8, 3, 2, 1, output_padding=1),
        nn.CELU(),
        nn.ConvTranspose2d(8, 3, 4, 2, 1, groups=1),
        nn.Hardsigmoid(),
    ]
    return nn.Sequential(*down, *up)


def espcn(factor=3):
    convs = [nn.Conv2d(3, 8, 5, padding=2), nn.Tanh(), nn.Conv2d(8, 3 * factor**2, 3, padding=1)]
    return nn.Sequential(*convs, nn.PixelShuffle(factor))


def srcnn():
    return nn.Sequential(
        nn.UpsamplingBilinear2d(scale_factor=2), nn.Conv2d(3, 8, 9), nn.ReLU(), nn.Conv2d(8, 4, 1), nn.ReLU(), nn.Conv2d(4, 3, 5)
    )


class HandShuffle(nn.Module):
    """Pixels to channels and back, written out with view and permute."""

    def __init__(self, c=6):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(12, c, 3, padding=1), nn.Conv2d(c, 12, 1)

    def forward(self, x):
        x = F.pad(x, (0, x.size(3) % 2, 0, x.size(2) % 2), mode="replicate")
        b, c, h, w = x.shape
        x = x.view(b, c, h // 2, 2, w // 2, 2).permute(0, 1, 3, 5, 2, 4).reshape(b, 4 * c, h // 2, w // 2)
        x = self.conv2(F.softsign(self.conv1(x))).view(b, c, 2, 2, h // 2, w // 2)
        return x.permute(0, 1, 4, 2, 5, 3).contiguous().view(b, c, h, w)


def discriminator(c=8):
    layers = [nn.Conv2d(3, c, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True), nn.Conv2d(c, 2 * c, 4, 2, 1, bias=False)]
    return nn.Sequential(*layers, nn.BatchNorm2d(2 * c), nn.LeakyReLU(0.2, inplace=True), nn.Conv2d(2 * c, 1, 2), nn.Sigmoid())


class Generator(nn.Module):
    """DCGAN's, from a vector: the sizes of the input are those of the noise."""

    def __init__(self, features, c=8):
        super().__init__()
        self.fc = nn.Linear(features, c * 16)
        self.body = nn.Sequential(
            nn.ConvTranspose2d(c, c, 4, 2, 1, bias=False), nn.BatchNorm2d(c), nn.ReLU(True),
            nn.ConvTranspose2d(c, 3, 3, 3, dilation=2, groups=1, bias=False), nn.Tanh(),
        )  # fmt: skip
        self.c = c

    def forward(self, noise):
        return self.body(self.fc(noise).view(-1, self.c, 4, 4))


class GridGate(nn.Module):
    """Attention U-Net's gate: two maps meet in one of one channel."""

    def __init__(self, c=8):
        super().__init__()
        self.stem, self.low = conv_norm(3, c), conv_norm(c, c, 3, 2)
        self.theta, self.phi, self.psi = nn.Conv2d(c, 4, 2, 2), nn.Conv2d(c, 4, 1), nn.Conv2d(4, 1, 1)

    def forward(self, x):
        x = self.stem(x)
        gate = self.phi(self.low(x))
        theta = self.theta(x)
        gate = F.interpolate(gate, size=theta.shape[2:], mode="bilinear")
        weights = torch.sigmoid(self.psi(F.relu(theta + gate, inplace=True)))
        return F.interpolate(weights, size=x.shape[2:]).expand_as(x) * x


# name: function that builds the model; each reads a map of 3 channels
DECODERS = {
    "unet": UNet,
    "unet_interpolated": UNetInterpolated,
    "deeplab": DeepLab,
    "pyramid": Pyramid,
    "autoencoder": autoencoder,
    "espcn": espcn,
    "srcnn": srcnn,
    "hand_shuffle": HandShuffle,
    "discriminator": discriminator,
    "grid_gate": GridGate,
}
