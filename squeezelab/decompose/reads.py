"""What a module's own code reads of its parts beside calling them."""

import dis


def attributes_read(module):
    """Chains of names that a module's forward, and the methods that it names, follow: ["conv", "weight"] of self.conv.weight."""
    methods, seen = ["forward"], set()
    while methods:
        name = methods.pop()
        method = vars(module).get(name, getattr(type(module), name, None))
        code = getattr(getattr(method, "__func__", method), "__code__", None)
        if name in seen or code is None:
            continue
        seen.add(name)
        for chain in chains(code):
            methods.append(chain[0])
            yield chain


def chains(code):
    """The attributes that code loads one after another, in runs."""
    chain = []
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            chain.append(step.argval)
        elif chain:
            yield chain
            chain = []
