"""Where the layers of a `Network` are in the torch model that it describes."""

# What torch.compile and the parallel modules call the module that they wrap
WRAPPERS = {"OptimizedModule": "_orig_mod", "DataParallel": "module", "DistributedDataParallel": "module"}


def paths_of(model):
    """{name: torch's path} of all modules. A name may leave out what torch.compile and DataParallel put around a module, as the
    names of a `Network` do, and a model that is one layer is also called '0', as there."""
    paths, short = {}, {}
    for path, module in model.named_modules(remove_duplicate=False):
        paths[path] = path
        parent = path.rpartition(".")[0]
        name = path.rpartition(".")[2]
        if path:
            wrapped = WRAPPERS.get(type(model.get_submodule(parent)).__name__) == name
            short[path] = short[parent] if wrapped else f"{short[parent]}.{name}".removeprefix(".")
        else:
            short[path] = ""
        if not short[path] and not module._modules:
            paths.setdefault("0", path)
    for path, name in short.items():
        if name not in paths or type(model.get_submodule(paths[name])).__name__ in WRAPPERS:
            paths[name] = path
    return paths
