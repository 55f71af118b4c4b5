"""A picture in two sizes: one for a page, one for a telephone, whose text does not shrink."""

LEAST_WIDE = 600  # pixels: with less room the narrow one is shown
STYLE = ".sqz-figure{margin:0 0 1rem}.sqz-sizes{container-type:inline-size}"
STYLE += "@container(max-width:" + str(LEAST_WIDE - 1) + "px)"  # beside an f-string MicroPython takes every brace for its own
STYLE += "{.sqz-sizes>.sqz-wide{display:none}.sqz-sizes>.sqz-narrow{display:block!important}}"


def in_two_sizes(wide: str, narrow: str) -> str:
    """HTML that shows one of the two by the room there is; the other is neither seen nor read aloud, on paper neither.

    >>> in_two_sizes("<b>wide</b>", "<b>narrow</b>").split("</style>")[1]
    '<div class="sqz-wide"><b>wide</b></div><div class="sqz-narrow" style="display:none"><b>narrow</b></div></div>'
    """
    shown = f'<div class="sqz-wide">{wide}</div><div class="sqz-narrow" style="display:none">{narrow}</div>'
    return f'<div class="sqz-sizes"><style>{STYLE}</style>{shown}</div>'
