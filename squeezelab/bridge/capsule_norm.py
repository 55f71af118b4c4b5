"""The torch module of a `CapsuleNorm`, which Keras has as a batch norm over the last axis."""

from torch import nn


class CapsuleNorm(nn.BatchNorm1d):
    """Batch norm over the values of a capsule (B, N, D): their statistics are those of all images and all capsules."""

    def forward(self, x):
        return super().forward(x.flatten(0, 1)).view_as(x)  # (B·N, D) and back
