"""Classifiers as people write them in torch, small: `CLASSIFIERS` maps a name to a function that builds the model."""

import torch
import torch.nn.functional as F
from torch import nn

from support.ordinary_blocks import (
    CBAM,
    Basic,
    Bottleneck,
    Branches,
    ConcurrentGate,
    ConvNeXt,
    DartsCell,
    DenseBlock,
    DenseCat,
    DualPath,
    Fire,
    Ghost,
    HardGate,
    HighResolution,
    Inverted,
    Lambda,
    NormAct,
    PreActivation,
    RepVGG,
    Residual,
    SamePad,
    ShuffleV1,
    ShuffleV2,
    SqueezeExcite,
    SqueezeNeXt,
    Xception,
    conv_norm,
    separable,
)


class Classifier(nn.Module):
    """Features, their mean, a linear layer."""

    def __init__(self, features, channels, classes=10):
        super().__init__()
        self.features, self.fc = features, nn.Linear(channels, classes)

    def forward(self, x):
        x = self.features(x)
        if not isinstance(x, torch.Tensor) or x.ndimension() != 4:
            raise TypeError("features must be one map")
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.pool, self.fc = nn.AdaptiveMaxPool2d(5), nn.Sequential(nn.Linear(400, 84), nn.Tanh(), nn.Linear(84, 10))

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        return self.fc(self.pool(torch.tanh(self.conv2(x))).view(x.size(0), -1))


def alexnet():
    features = nn.Sequential(
        nn.Conv2d(3, 16, 11, 4, 2), nn.ReLU(inplace=True), nn.LocalResponseNorm(5), nn.MaxPool2d(3, 2),
        nn.Conv2d(16, 24, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, ceil_mode=True),
        nn.Conv2d(24, 24, 3, 1, 1, groups=2), nn.ReLU(inplace=True),
    )  # fmt: skip
    head = [nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Dropout(), nn.Linear(24 * 9, 32), nn.ReLU(), nn.Linear(32, 10)]
    return nn.Sequential(features, *head)


def vgg():
    layers, channels = [], 3
    for width in (8, "M", 16, 16, "M", 24):
        layers += [nn.MaxPool2d(2)] if width == "M" else [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(True)]
        channels = channels if width == "M" else width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d((7, 7)), nn.Flatten(), nn.Linear(24 * 49, 10))


def nin():
    block = lambda c_in, c, k: [nn.Conv2d(c_in, c, k, padding="same"), nn.ReLU(), nn.Conv2d(c, c, 1), nn.ReLU()]  # noqa: E731
    pools = [nn.MaxPool2d(3, 2, ceil_mode=True), nn.Dropout2d()]
    return nn.Sequential(*block(3, 12, 5), *pools, *block(12, 10, 4), nn.AdaptiveAvgPool2d(1), nn.Flatten())


def inception():
    pool = nn.Sequential(nn.AvgPool2d(3, 1, 1, count_include_pad=False), conv_norm(8, 4, 1))
    asymmetric = nn.Sequential(nn.Conv2d(8, 4, (1, 7), padding=(0, 3)), nn.Conv2d(4, 6, (7, 1), padding=(3, 0)), nn.ReLU())
    reduction = Branches(nn.MaxPool2d(3, 2), nn.Conv2d(18, 6, 3, 2))
    block = Branches(conv_norm(8, 4, 1), asymmetric, nn.Sequential(conv_norm(8, 4, 1), conv_norm(4, 4, 5)), pool)
    return Classifier(nn.Sequential(conv_norm(3, 8, 3, 2), block, reduction), 24)


def squeezenet():
    last = [nn.Conv2d(16, 10, 1), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten()]
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True), Fire(8, 4, 8), Fire(16, 4, 8), *last
    )


def mobilenet(*blocks, c=12):
    return Classifier(nn.Sequential(conv_norm(3, 8, 3, 2), *blocks), c)


def convmixer(c=12):
    mixer = lambda: nn.Sequential(  # noqa: E731
        Residual(nn.Sequential(nn.Conv2d(c, c, 5, groups=c, padding="same"), nn.GELU(), nn.BatchNorm2d(c))),
        nn.Conv2d(c, c, 1), nn.GELU(), nn.BatchNorm2d(c),
    )  # fmt: skip
    return nn.Sequential(
        nn.Conv2d(3, c, 4, 4),
        nn.GELU(),
        nn.BatchNorm2d(c),
        mixer(),
        mixer(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(c, 10),
    )


class SkipNet(nn.Module):
    """Layers sliced out of a Sequential, side outputs that nobody uses."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(*[conv_norm(3 if i == 0 else 8, 8, 3, 1 + i % 2) for i in range(4)])
        self.side, self.fc = nn.Conv2d(8, 8, 1), nn.Linear(8, 10)

    def forward(self, x):
        early = self.features[:2](x)
        late = self.features[2:](early)
        return self.fc((F.max_pool2d(self.side(early), 2, ceil_mode=True) + late).amax((2, 3)))


class Regression(nn.Module):
    """One number an image, of shape (batch,)."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, padding_mode="reflect", padding=1), nn.PReLU(8), nn.Conv2d(8, 8, 3), nn.SELU()
        )
        self.fc = nn.Linear(8, 1)

    def forward(self, x):
        return self.fc(self.body(x).mean((2, 3))).squeeze(1)


def darknet(c=8):
    mish = lambda i, o, k=3, s=1: conv_norm(i, o, k, s, act=nn.Mish)  # noqa: E731
    partial = Branches(mish(2 * c, c, 1), nn.Sequential(mish(2 * c, c, 1), Residual(nn.Sequential(mish(c, c, 1), mish(c, c)))))
    return Classifier(nn.Sequential(mish(3, c), mish(c, 2 * c, 3, 2), partial, nn.Conv2d(2 * c, c, 1), nn.Softplus()), c)


def grouped_norms(c=8):
    layers = [
        nn.Conv2d(3, c, 3),
        nn.GroupNorm(2, c),
        nn.LeakyReLU(0.1),
        nn.Conv2d(c, c, 3, groups=4),
        nn.InstanceNorm2d(c, affine=True),
    ]
    return Classifier(nn.Sequential(*layers, nn.Hardtanh(0, 6), nn.SyncBatchNorm(c), Lambda(lambda x: x.clamp_min(0))), c)


# name: function that builds the model (all read 3 channels but LeNet, which reads 1)
CLASSIFIERS = {
    "lenet": LeNet,
    "alexnet": alexnet,
    "vgg": vgg,
    "nin": nin,
    "resnet_basic": lambda: Classifier(nn.Sequential(conv_norm(3, 8), Basic(8, 8), Basic(8, 16, 2)), 16),
    "resnet_bottleneck": lambda: Classifier(nn.Sequential(conv_norm(3, 8), Bottleneck(8, 8, 2), Bottleneck(16, 8)), 16),
    "resnet_preact": lambda: Classifier(nn.Sequential(nn.Conv2d(3, 8, 3), PreActivation(8, 8), PreActivation(8, 16, 2)), 16),
    "resnet_option_a": lambda: Classifier(nn.Sequential(conv_norm(3, 8), Basic(8, 15, 2, "A"), Basic(15, 15)), 15),
    "wide_resnet": lambda: Classifier(nn.Sequential(nn.Conv2d(3, 4, 3), PreActivation(4, 32, 2), PreActivation(32, 32)), 32),
    "resnext": lambda: Classifier(nn.Sequential(conv_norm(3, 8), Bottleneck(8, 16, 2, groups=4)), 32),
    "senet": lambda: Classifier(nn.Sequential(conv_norm(3, 8), Bottleneck(8, 8, 1, 1, SqueezeExcite)), 16),
    "cbam": lambda: Classifier(nn.Sequential(conv_norm(3, 8), Bottleneck(8, 8, 2, 1, CBAM)), 16),
    "scse": lambda: Classifier(nn.Sequential(conv_norm(3, 8), Bottleneck(8, 8, 1, 2, ConcurrentGate)), 16),
    "densenet_list": lambda: Classifier(nn.Sequential(nn.Conv2d(3, 8, 3), DenseBlock(8), nn.AvgPool2d(2), DenseBlock(26)), 44),
    "densenet_cat": lambda: Classifier(nn.Sequential(nn.Conv2d(3, 8, 3, 2), DenseCat(8), DenseCat(14)), 20),
    "inception": inception,
    "xception": lambda: Classifier(nn.Sequential(conv_norm(3, 8), Xception(8, 12, 2), Xception(12, 16, 2)), 16),
    "squeezenet": squeezenet,
    "squeezenext": lambda: Classifier(nn.Sequential(conv_norm(3, 16, 5, 2), SqueezeNeXt(16), SqueezeNeXt(16)), 16),
    "mobilenet_v1": lambda: mobilenet(separable(8, 16), nn.ReLU(), separable(16, 12, 2), nn.ReLU()),
    "mobilenet_v2": lambda: mobilenet(Inverted(8, 12, 2), Inverted(12, 12)),
    "mobilenet_v3": lambda: mobilenet(Inverted(8, 12, 2, 5, nn.Hardswish, HardGate), Inverted(12, 12, act=nn.Hardswish)),
    "efficientnet": lambda: mobilenet(Inverted(8, 12, 2, 3, nn.SiLU, HardGate), Inverted(12, 12, 1, 3, nn.SiLU, HardGate)),
    "efficientnet_tf": lambda: mobilenet(SamePad(8, 12, 3, 2), NormAct(12), SamePad(12, 12, 5, 1, groups=12)),
    "shufflenet_v1": lambda: Classifier(nn.Sequential(conv_norm(3, 16, 3, 2), ShuffleV1(16), ShuffleV1(16, 4)), 16),
    "shufflenet_v2": lambda: Classifier(nn.Sequential(conv_norm(3, 16, 3, 2), ShuffleV2(16), ShuffleV2(16)), 16),
    "ghostnet": lambda: Classifier(nn.Sequential(conv_norm(3, 8, 3, 2), Ghost(8, 15), Ghost(15, 9)), 9),
    "regnet": lambda: mobilenet(Bottleneck(8, 16, 2, 2, SqueezeExcite, 1), Bottleneck(16, 16, 1, 2, SqueezeExcite, 1), c=16),
    "repvgg": lambda: Classifier(nn.Sequential(conv_norm(3, 8, 3, 2), RepVGG(8), RepVGG(8)), 8),
    "dpn": lambda: Classifier(nn.Sequential(conv_norm(3, 16), DualPath(8)), 20),
    "convnext": lambda: Classifier(nn.Sequential(nn.Conv2d(3, 8, 4, 4), ConvNeXt(8), ConvNeXt(8)), 8),
    "convmixer": convmixer,
    "hrnet": lambda: Classifier(HighResolution(), 24),
    "darts": lambda: Classifier(nn.Sequential(conv_norm(3, 8), DartsCell(8)), 8),
    "darknet": darknet,
    "group_norms": grouped_norms,
    "skipnet": SkipNet,
    "regression": Regression,
}  # fmt: skip
