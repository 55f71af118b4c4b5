"""Linear layers that compute from compressed rows: the zeros of a masked weight are neither stored nor multiplied.

>>> from squeezelab.training import reference
>>> from squeezelab.data import digits
>>> from squeezelab.prune import prune
>>> train, test = digits()
>>> masked = prune(reference("lenet300"), train.take(64), "magnitude", 0.95, epochs=0).model
>>> rows, images = as_csr(masked), test.images[:5]
>>> torch.allclose(rows(images), masked(images), atol=1e-5)
True
>>> rows.fc1.bytes() < 4 * masked.fc1.weight.numel() // 5
True
"""

import warnings

import torch
from torch import nn

from ..bridge.independent import independent_copy


class CompressedRows(nn.Module):
    """A linear layer whose weight is in CSR: values, a column for each, and where each row begins; for inference only.

    inputs (..., inputs of the layer) → (..., outputs).
    """

    def __init__(self, linear):
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        bias = torch.zeros(linear.out_features) if linear.bias is None else linear.bias.detach()
        self.register_buffer("weight", in_rows(linear.weight.detach()))
        self.register_buffer("bias", bias)

    def forward(self, inputs):
        flat = inputs.reshape(-1, self.in_features)  # (images, inputs)
        if len(flat) == 1:  # torch takes twice as long for a matrix of one column as for a vector
            outputs = torch.addmv(self.bias, self.weight, flat[0])
        else:
            outputs = torch.addmm(self.bias[:, None], self.weight, flat.T).T
        return outputs.reshape(*inputs.shape[:-1], self.out_features)

    def bytes(self):
        """What values, columns and beginnings of rows take."""
        parts = self.weight.values(), self.weight.col_indices(), self.weight.crow_indices()
        return sum(part.numel() * part.element_size() for part in parts)


def in_rows(weight):
    """A matrix in CSR with indices of 4 bytes, half of torch's own: no layer has 2³¹ weights."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta state")
        rows = weight.to_sparse_csr()
        starts, columns = rows.crow_indices().int(), rows.col_indices().int()
        return torch.sparse_csr_tensor(starts, columns, rows.values(), rows.shape, check_invariants=True)


def as_csr(module: nn.Module) -> nn.Module:
    """A copy of a masked `module` in evaluation mode, whose linear layers compute from compressed rows (CSR) and give the same.

    Raises a ValueError, naming the layer, for a convolution, which torch does not compute from compressed rows; for a linear
    layer whose weights are computed anew at each pass; and for a module in which no layer is linear.

    >>> layer = nn.Linear(8, 4)
    >>> as_csr(layer)(torch.ones(2, 8)).shape
    torch.Size([2, 4])
    """
    made = independent_copy(module).eval()
    for name, each in made.named_modules():
        check_linear(name or type(each).__name__, each)
    linear = [(name, each) for name, each in made.named_modules(remove_duplicate=False) if isinstance(each, nn.Linear)]
    if not linear:
        raise ValueError(f"{type(module).__name__} has no linear layer: there is nothing to compute from compressed rows")
    compressed = {id(each): CompressedRows(each) for _, each in linear}
    for name, each in linear:
        if not name:
            return compressed[id(each)].eval()
        parent, _, last = name.rpartition(".")
        setattr(made.get_submodule(parent), last, compressed[id(each)])
    return made


def check_linear(name, module):
    """Raises for a convolution, and for a linear layer without plain weights."""
    if isinstance(module, nn.modules.conv._ConvNd):
        raise ValueError(
            f"'{name}' is a {type(module).__name__}: torch computes linear layers from compressed rows, not convolutions"
        )
    computed = nn.utils.parametrize.is_parametrized(module) or module._forward_pre_hooks
    if isinstance(module, nn.Linear) and computed:
        raise ValueError(f"'{name}' computes its weights anew at each pass: make them plain first, as prune.remove does")
