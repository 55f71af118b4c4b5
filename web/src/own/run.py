"""One question about a reader's own network in a page: its program runs, and its figure is drawn, as in a notebook.

`squeezelab_run(values)`, both JSON, gives {figure} or {error}, and {renew} where this thread is not to be used again; without
values, in a pause, it tidies the memory. All is inside one function, so that a program finds nothing of it to change.
"""

import gc
import json

from squeezelab.core.programs import hide_modules, watch_house
from squeezelab.explorers import explore

MOST_BYTES = 128 << 20  # of memory; what is more a program has left behind


def runner():
    gc.disable()  # the pauses are for that
    explore("your_network")  # so that the first answer is as quick as the next
    guard = hide_modules(("js", "jsffi"))
    changed, read, write = watch_house(), json.loads, json.dumps

    def answer(values):
        try:
            found = {"figure": explore("your_network", read(values))}
        except ValueError as error:
            found = {"error": str(error)}
        touched = changed() if __import__ is guard else "builtins.__import__"
        if touched:
            found = {"error": f"the program changed {touched}, which the figure needs; so it is not drawn", "renew": True}
        return write(found)

    def run(values):
        if values is not None:
            return answer(values)
        gc.collect()
        return write({"renew": gc.mem_alloc() + gc.mem_free() > MOST_BYTES})

    return run


squeezelab_run = runner()
