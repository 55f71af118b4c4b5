"""Pools as steps: windows that are all alike, over maps; a vector is made of a map by a flattening."""

MEANS = ("avg_pool", "adaptive_avg_pool", "global_avg_pool", "mean")
MAXIMA = ("max_pool", "adaptive_max_pool", "max")


class PoolCompiler:
    """How pools become steps; the rest is in `Compiler`."""

    def put_pool(self, layer):
        """A pool, which makes a map; a vector, as of a global one, is made of it by a flattening."""
        op, windows = "avg_pool" if layer.op in MEANS else "max_pool", self.pool_windows(layer)
        if len(layer.shape) == 3:
            return self.add(layer, op, geometry=windows)
        made = self.add(layer, op, geometry=windows, shape=(layer.shape[0], 1, 1))
        return self.add(layer, "flatten", name=layer.name + "_flat", sources=(made,))

    def pool_windows(self, layer):
        """Kernel, stride and padding of a pool whose windows are all alike."""
        height, width = layer.in_shape[1:] if len(layer.in_shape) == 3 else (1, 1)
        module = self.module(layer)
        if layer.op in ("max_pool", "avg_pool"):
            plain = {"kernel": layer.kernel, "stride": layer.stride, "padding": layer.padding}
            hangs = layer.op == "avg_pool" and overhang(layer)
            partial = not getattr(module, "count_include_pad", True) or getattr(module, "divisor_override", None)
            if hangs or (layer.op == "avg_pool" and partial):
                raise ValueError(f"{named_at(layer)} averages over windows of several sizes; here all are kernel × kernel pixels")
            return plain
        if layer.op in ("adaptive_avg_pool", "adaptive_max_pool"):
            rows, columns = layer.size
            if height % rows or width % columns:
                raise ValueError(
                    f"{named_at(layer)} pools {height}×{width} to {rows}×{columns}, so that its windows are not all alike"
                )
            side = (height // rows, width // columns)
            return {"kernel": side, "stride": side, "padding": (0, 0)}
        if layer.op in ("mean", "max") and layer.sides != (1, 2):
            raise ValueError(f"{named_at(layer)} reduces over other sides than rows and columns; here a pool goes over both")
        return {"kernel": (height, width), "stride": (height, width), "padding": (0, 0)}


def is_identity(layer):
    """Whether a pool has windows of one pixel, which change nothing."""
    size = layer.size if layer.op.startswith("adaptive") else None
    return size is not None and tuple(layer.in_shape[1:]) == tuple(size)


def overhang(layer):
    """Whether a window of a pool reaches beyond the padding, as `ceil` lets it."""
    pairs = zip(layer.in_shape[1:], layer.shape[1:], layer.kernel, layer.stride, layer.padding)
    return any((made - 1) * stride + kernel > read + 2 * rim for read, made, kernel, stride, rim in pairs)


def named_at(layer):
    """A layer in an error: where the model's own code calls it, and its name."""
    return f"{layer.line}'{layer.name}'"
