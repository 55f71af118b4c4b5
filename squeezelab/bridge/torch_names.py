"""Functions and methods of torch, by name, that are answered, left out or looked at more closely while a model runs."""

# answers of these would be values, of which there are none
ASK_VALUES = ("item", "tolist", "numpy", "__array__", "__bool__", "__int__", "__float__", "__index__", "__contains__")
ASK_VALUES += ("__complex__", "equal", "allclose", "is_nonzero", "nonzero", "argwhere", "unique", "masked_select")
WHERE = ("device", "is_cuda", "is_cpu", "is_meta", "get_device")
GRADIENTS = ("register_hook", "retain_grad", "set requires_grad")  # of no interest to what is counted
ZEROS = ("zeros", "new_zeros", "zeros_like")
LIKE = ("ones", "full", "empty", "rand", "randn", "randint")  # made in the shape of a tensor, whose values they do not read
LIKE = ZEROS[1:] + tuple(f"{name}_like" for name in LIKE) + tuple(f"new_{name}" for name in (*LIKE, "tensor"))
WORK = ("matmul", "mm", "bmm", "addmm", "baddbmm", "__matmul__", "einsum", "linear", "bilinear", "multi_dot", "convolution")
WORK += ("conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
STAY_ZERO = ("to", "type", "float", "double", "half", "bfloat16", "cuda", "cpu", "type_as", "view", "reshape", "expand", "clone")
STAY_ZERO += ("contiguous", "detach", "repeat", "expand_as", "__getitem__", "unsqueeze", "requires_grad_", "neg", "permute")
