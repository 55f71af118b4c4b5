"""The way to the picture of a network. Notebooks show it; a page of the book, whose figures draw for themselves, does without."""


def pictured(network, as_page=False):
    """The network as SVG text, or with `as_page` as HTML; raises a ValueError in a page, which does not carry what draws it."""
    try:
        from .diagram import network_html, network_svg
    except ImportError:
        raise ValueError(f"the picture of {network.name} is drawn in a notebook, not in a page")  # noqa: B904 (MicroPython)
    return (network_html if as_page else network_svg)(network)
