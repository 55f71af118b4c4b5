"""Which products a training makes outside of the layers that the meter counts: named, so that nothing is left out silently."""

import torch
from torch.overrides import TorchFunctionMode

PRODUCTS = {
    *("conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "linear", "bilinear"),
    *("matmul", "mm", "bmm", "mv", "dot", "addmm", "addmv", "baddbmm", "addbmm", "einsum", "tensordot", "inner", "chain_matmul"),
    *("scaled_dot_product_attention", "multi_head_attention_forward", "lstm", "gru", "rnn_tanh", "rnn_relu"),
    *("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell", "deform_conv2d"),
}
SAME = {"__matmul__": "matmul", "__rmatmul__": "matmul", "__imatmul__": "matmul"}


class LeftOut(TorchFunctionMode):
    """Counts calls of torch's products while it is entered, but for those made inside of a counted layer (`inside` > 0)."""

    def __init__(self):
        super().__init__()
        self.calls = {}
        self.inside = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        name = getattr(function, "__name__", "")
        name = SAME.get(name, name)
        if name in PRODUCTS and not self.inside and torch.is_grad_enabled():
            self.calls[name] = self.calls.get(name, 0) + 1
        return function(*args, **(kwargs or {}))
