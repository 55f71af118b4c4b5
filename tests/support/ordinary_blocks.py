"""Blocks of ordinary networks, as people write them in torch: lists of maps, changes in place, gates, shuffles, own pads."""

import torch
import torch.nn.functional as F
from torch import nn


class Calls(nn.Module):
    """A forward over modules m."""

    def __init__(self, forward, *modules):
        super().__init__()
        self.m, self.body = nn.ModuleList(modules), forward

    def forward(self, x):
        return self.body(self.m, x)


def conv_norm(c_in, c_out, kernel=3, stride=1, groups=1, act=nn.ReLU, **options):
    parts = [nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, groups=groups, bias=False, **options), nn.BatchNorm2d(c_out)]
    return nn.Sequential(*parts, *([act()] if act else []))


class Basic(nn.Module):
    """ResNet's basic block; option "A" has the shortcut without parameters of the CIFAR networks."""

    def __init__(self, c_in, c, stride=1, option="B", act=F.relu):
        super().__init__()
        self.conv1, self.conv2 = conv_norm(c_in, c, 3, stride, act=None), conv_norm(c, c, 3, act=None)
        self.act, self.shortcut = act, nn.Identity()
        if stride > 1 and option == "A":
            self.shortcut = Lambda(lambda x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, (c - c_in) // 2, (c - c_in + 1) // 2)))
        elif stride > 1 or c_in != c:
            self.shortcut = conv_norm(c_in, c, 1, stride, act=None)

    def forward(self, x):
        out = self.conv2(self.act(self.conv1(x)))
        out += self.shortcut(x)
        return self.act(out)


class Lambda(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Bottleneck(nn.Module):
    """1×1, 3×3 (perhaps grouped), 1×1, with a gate if there is one."""

    def __init__(self, c_in, c, stride=1, groups=1, gate=None, wide=2):
        super().__init__()
        self.body = nn.Sequential(conv_norm(c_in, c, 1), conv_norm(c, c, 3, stride, groups), conv_norm(c, wide * c, 1, act=None))
        self.gate = gate(wide * c) if gate else None
        self.down = None if stride == 1 and c_in == wide * c else conv_norm(c_in, wide * c, 1, stride, act=None)

    def forward(self, x):
        identity = x if self.down is None else self.down(x)
        x = self.body(x)
        if self.gate is not None:
            x = self.gate(x)
        return torch.relu_(x + identity)


class PreActivation(nn.Module):
    def __init__(self, c_in, c, stride=1):
        super().__init__()
        self.norm1, self.norm2 = nn.BatchNorm2d(c_in), nn.BatchNorm2d(c)
        self.conv1, self.conv2 = nn.Conv2d(c_in, c, 3, stride, 1, bias=False), nn.Conv2d(c, c, 3, 1, 1, bias=False)
        if stride > 1:
            self.shortcut = nn.Conv2d(c_in, c, 1, stride, bias=False)

    def forward(self, x):
        out = F.relu(self.norm1(x), inplace=False)
        shortcut = self.shortcut(out) if hasattr(self, "shortcut") else x
        return self.conv2(F.dropout(F.relu(self.norm2(self.conv1(out))), 0.3, self.training)) + shortcut


class SqueezeExcite(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(channels, 4), nn.ReLU(), nn.Linear(4, channels), nn.Sigmoid())

    def forward(self, x):
        b, c, _, _ = x.size()
        return x * self.fc(x.mean(dim=[2, 3])).view(b, c, 1, 1).expand_as(x)


class CBAM(nn.Module):
    """Channel and spatial attention, as in the released code."""

    def __init__(self, channels):
        super().__init__()
        self.mlp, self.spatial = SqueezeExcite(channels), nn.Conv2d(2, 1, 7, padding=3, bias=False)

    def forward(self, x):
        x = self.mlp(x)
        pooled = torch.cat((torch.max(x, 1)[0].unsqueeze(1), torch.mean(x, 1).unsqueeze(1)), dim=1)
        return x * torch.sigmoid(self.spatial(pooled))


class ConcurrentGate(nn.Module):
    """scSE: a gate of channels and one of pixels, added."""

    def __init__(self, channels):
        super().__init__()
        self.channel = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, 2, 1), nn.ReLU(), nn.Conv2d(2, channels, 1))
        self.pixel = nn.Conv2d(channels, 1, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.channel(x)) + x * torch.sigmoid(self.pixel(x))


class DenseLayer(nn.Module):
    """The list-or-tensor idiom of torchvision."""

    def __init__(self, channels, growth):
        super().__init__()
        self.norm, self.conv = nn.BatchNorm2d(channels), nn.Conv2d(channels, growth, 3, padding=1, bias=False)

    def forward(self, maps):
        maps = [maps] if isinstance(maps, torch.Tensor) else maps
        return self.conv(F.relu(self.norm(torch.cat(maps, 1))))


class DenseBlock(nn.ModuleDict):
    def __init__(self, channels, growth=6, layers=3):
        super().__init__({f"layer{i}": DenseLayer(channels + i * growth, growth) for i in range(layers)})

    def forward(self, x):
        maps = [x]
        for _, layer in self.items():
            maps.append(layer(maps))
        return torch.cat(maps, 1)


class DenseCat(nn.Module):
    def __init__(self, channels, growth=6):
        super().__init__()
        self.conv = nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, growth, 3, padding=1))

    def forward(self, x):
        return torch.cat([x, self.conv(x)], dim=-3)


class Branches(nn.Module):
    """Several paths side by side, stacked."""

    def __init__(self, *paths):
        super().__init__()
        self.paths = nn.ModuleList(paths)

    def forward(self, x):
        return torch.cat([path(x) for path in self.paths], 1)


def separable(c_in, c, stride=1, kernel=3, dilation=1):
    padding = dilation * (kernel // 2)
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, kernel, stride, padding, dilation, c_in, bias=False),
        nn.Conv2d(c_in, c, 1, bias=False),
        nn.BatchNorm2d(c),
    )


class Xception(nn.Module):
    def __init__(self, c_in, c, stride):
        super().__init__()
        self.body = nn.Sequential(nn.ReLU(), separable(c_in, c), nn.ReLU(), separable(c, c), nn.MaxPool2d(3, stride, 1))
        self.skip = conv_norm(c_in, c, 1, stride, act=None)

    def forward(self, x):
        return torch.add(self.body(x), self.skip(x))


class Fire(nn.Module):
    def __init__(self, c_in, squeeze, expand):
        super().__init__()
        self.squeeze, self.act = nn.Conv2d(c_in, squeeze, 1), nn.ReLU(inplace=True)
        self.expand1x1, self.expand3x3 = nn.Conv2d(squeeze, expand, 1), nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, x):
        x = self.act(self.squeeze(x))
        return torch.cat([self.act(self.expand1x1(x)), self.act(self.expand3x3(x))], 1)


class Inverted(nn.Module):
    """MobileNetV2's block, V3's with a gate and another activation, MBConv's with silu and stochastic depth."""

    def __init__(self, c_in, c, stride=1, kernel=3, act=nn.ReLU6, gate=None, grow=3):
        super().__init__()
        wide = c_in * grow
        parts = [conv_norm(c_in, wide, 1, act=act), conv_norm(wide, wide, kernel, stride, wide, act=act)]
        self.conv = nn.Sequential(*parts, *([gate(wide)] if gate else []), conv_norm(wide, c, 1, act=None))
        self.residual = stride == 1 and c_in == c

    def forward(self, x):
        if not self.residual:
            return self.conv(x)
        kept = torch.rand(x.shape[0], 1, 1, 1, device=x.device).add_(0.9).floor_() if self.training else 1
        return x + self.conv(x) * kept


class HardGate(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.down, self.up = nn.Conv2d(channels, 4, 1), nn.Conv2d(4, channels, 1)

    def forward(self, x):
        return x * F.relu6(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, (1, 1))))) + 3) / 6


class ShuffleV1(nn.Module):
    def __init__(self, c, groups=2):
        super().__init__()
        self.groups = groups
        self.conv1, self.conv2 = conv_norm(c, c // 2, 1, groups=groups), conv_norm(c // 2, c // 2, 3, groups=c // 2, act=None)
        self.conv3 = conv_norm(c // 2, c, 1, groups=groups, act=None)

    def forward(self, x):
        y = self.conv1(x)
        n, c, h, w = y.shape
        y = y.view(n, self.groups, c // self.groups, h, w).permute(0, 2, 1, 3, 4).reshape(n, c, h, w)
        return F.relu(x + self.conv3(self.conv2(y)))


class ShuffleV2(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.branch = nn.Sequential(
            conv_norm(c // 2, c // 2, 1), conv_norm(c // 2, c // 2, 3, groups=c // 2, act=None), nn.ReLU(True)
        )

    def forward(self, x):
        kept, worked = x.chunk(2, dim=1)
        x = torch.cat((kept, self.branch(worked)), dim=1)
        b, c, h, w = x.data.size()
        return torch.transpose(x.view(b, 2, c // 2, h, w), 1, 2).contiguous().view(b, -1, h, w)


class Ghost(nn.Module):
    def __init__(self, c_in, c):
        super().__init__()
        self.c, half = c, (c + 1) // 2
        self.primary, self.cheap = conv_norm(c_in, half, 1), conv_norm(half, half, 3, groups=half)

    def forward(self, x):
        x = self.primary(x)
        return torch.cat([x, self.cheap(x)], 1)[:, : self.c, :, :]


class RepVGG(nn.Module):
    """The training form: 3×3, 1×1 and identity, each with its norm."""

    def __init__(self, c):
        super().__init__()
        self.dense, self.point, self.norm = conv_norm(c, c, 3, act=None), conv_norm(c, c, 1, act=None), nn.BatchNorm2d(c)

    def forward(self, x):
        return F.relu(sum([self.dense(x), self.point(x), self.norm(x)]))


class DualPath(nn.Module):
    """DPN: one path is added to, the other grows."""

    def __init__(self, c, grow=4):
        super().__init__()
        self.c, self.conv = c, nn.Sequential(conv_norm(2 * c, c, 3, groups=2), nn.Conv2d(c, c + grow, 1))

    def forward(self, x):
        x = torch.cat(x, 1) if isinstance(x, (tuple, list)) else x
        y = self.conv(x)
        return torch.cat([x[:, : self.c] + y[:, : self.c], x[:, self.c :], y[:, self.c :]], 1)


class SqueezeNeXt(nn.Module):
    def __init__(self, c):
        super().__init__()
        sizes = [(c, c // 2, 1), (c // 2, c // 4, 1), (c // 4, c // 2, (3, 1)), (c // 2, c // 2, (1, 3)), (c // 2, c, 1)]
        layers = [nn.Conv2d(i, o, k, padding=(k[0] // 2, k[1] // 2) if isinstance(k, tuple) else 0) for i, o, k in sizes]
        self.convs = nn.ModuleList(nn.Sequential(layer, nn.BatchNorm2d(layer.out_channels)) for layer in layers)

    def forward(self, x):
        y = x
        for conv in self.convs:
            y = F.relu(conv(y))
        return F.relu(y + x)


class ConvNeXt(nn.Module):
    """Channels last between two transpositions, linear layers as 1×1 convolutions."""

    def __init__(self, c):
        super().__init__()
        self.depthwise, self.norm = nn.Conv2d(c, c, 7, padding=3, groups=c), nn.LayerNorm(c, eps=1e-6)
        self.wide, self.act, self.narrow = nn.Linear(c, 4 * c), nn.GELU(), nn.Linear(4 * c, c)

    def forward(self, x):
        y = self.depthwise(x).permute(0, 2, 3, 1)
        return x + self.narrow(self.act(self.wide(self.norm(y)))).permute(0, 3, 1, 2)


class Residual(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return self.body(x) + x


class HighResolution(nn.Module):
    """HRNet: two resolutions that exchange what they know."""

    def __init__(self, c=8):
        super().__init__()
        self.stem, self.down = conv_norm(3, c), conv_norm(c, 2 * c, 3, 2)
        self.high, self.low, self.up = Basic(c, c), Basic(2 * c, 2 * c), conv_norm(2 * c, c, 1, act=None)

    def forward(self, x):
        x = self.stem(x)
        high, low = self.high(x), self.low(self.down(x))
        fused = F.relu(high + F.interpolate(self.up(low), size=high.shape[2:], mode="bilinear", align_corners=False))
        return torch.cat([fused, F.interpolate(low, fused.shape[-2:])], dim=1)


class DartsCell(nn.Module):
    """Norms without scale and shift, dilated separable convolutions, a factorised reduction."""

    def __init__(self, c):
        super().__init__()
        self.edges = nn.ModuleList([separable(c, c, kernel=5), separable(c, c, dilation=2)])
        self.left, self.right = nn.Conv2d(c, c // 2, 1, 2, bias=False), nn.Conv2d(c, c // 2, 1, 2, bias=False)
        self.norm = nn.BatchNorm2d(c, affine=False)

    def forward(self, x):
        x = sum(edge(F.relu(x)) for edge in self.edges)
        left, right = self.left(x), self.right(F.pad(x, (0, 1, 0, 1))[:, :, 1:, 1:])
        return self.norm(torch.cat([left, right], 1))


class SamePad(nn.Conv2d):
    """TensorFlow's padding, as in ported EfficientNets: more zeros at the end."""

    def forward(self, x):
        sides = []
        for size, k, s in zip(reversed(x.shape[-2:]), reversed(self.kernel_size), reversed(self.stride)):
            total = max((-(-size // s) - 1) * s + k - size, 0)
            sides += [total // 2, total - total // 2]
        return F.conv2d(F.pad(x, sides), self.weight, self.bias, self.stride, 0, self.dilation, self.groups)


class NormAct(nn.BatchNorm2d):
    def forward(self, x):
        return F.relu(super().forward(x))
