"""A torch module recorded as a list of calls, each with the shape of its result and the user's line that makes it.

`forward` runs for real, on plain tensors of the meta device, which have a shape and no memory: so code may ask for
types, shapes and devices and branch on them, hooks and changed forwards do what they do, and only values are unknown.
Every torch function that is called passes `Trace.called`, every operator below it `Trace.ran` (see nets.py): no tensor that
depends on the input gets lost.
"""

import sys

import torch
from torch import nn

from ..core.checks import in_one_line
from ..networks.shapes import shape_text
from .calls import Call, Constant, Place, Refusal, all_of, map_all
from .lines import VALUES, current_line
from .meta import chance, on_meta, overlap, same_chance
from .torch_names import ASK_VALUES, GRADIENTS, LIKE, STAY_ZERO, WHERE, WORK, ZEROS


class Trace:
    """What a run of `forward` has called so far.

    until: the function whose callers are no user's code.
    """

    def __init__(self, root, originals, device, until):
        self.calls = []
        self.places = [Place("", root, False)]
        self.originals = originals
        self.device = device
        self.until = until
        self.made = {}  # id of a tensor: the Call that makes it, or its Constant
        self.derived = {}  # id: a tensor that depends on the input; kept, so that no other tensor gets its id
        self.sharing = {}  # id of a memory: the tensors of `derived` in it
        self.stale = {}  # id of a tensor that was changed through another one: the call that did it
        self.twins = {}  # id of a tensor with values: (it, its twin on the meta device)
        self.busy = False
        self.refusal = self.failure = None
        self.chance = chance()
        for name, parameter in root.named_parameters():
            original = originals.get(id(parameter), parameter)
            self.twins[id(original)] = original, parameter
            self.made[id(parameter)] = self.made[id(original)] = Constant(parameter, [name])

    # What is called.

    def called(self, function, name, args, kwargs):
        """A torch function: the answer to a plain question, a constant, or a Call that is recorded."""
        if self.busy:
            return function(*args, **kwargs)
        if name == "__iter__":
            return iter(self.called(torch.Tensor.unbind, "unbind", (args[0], 0), {}))
        if name in WHERE:
            return self.whereabouts(name)
        if name == "type" and len(args) == 1 and not kwargs:  # torch.FloatTensor, which names the device, too
            return torch.empty(0, dtype=args[0].dtype, device=self.device).type()
        if name in GRADIENTS:
            return None
        tensors = all_of(torch.Tensor, (args, kwargs))
        if name in LIKE or not any(id(tensor) in self.derived for tensor in tensors):
            return self.constant(function, name, args, kwargs, tensors)
        for tensor in tensors:
            self.check(name, tensor)
        return self.recorded(function, name, args, kwargs, tensors)

    def ran(self, function, name, args, kwargs):
        """An operator: part of a call that is recorded, or called past Python."""
        derived = any(id(tensor) in self.derived for tensor in all_of(torch.Tensor, (args, kwargs)))
        if derived and not self.busy:
            return self.called(function, name, args, kwargs)
        made = function(*args, **kwargs)
        for tensor in all_of(torch.Tensor, made) if derived else ():
            self.derive(tensor)
        return made

    def whereabouts(self, question):
        """A tensor is where the model is, although it is run elsewhere."""
        answers = {"device": self.device, "get_device": self.device.index if self.device.type == "cuda" else -1}
        return answers.get(question, self.device.type == question[len("is_") :])

    def check(self, name, tensor):
        """Raises for a tensor that depends on the input in a way that was not recorded."""
        if id(tensor) in self.stale:
            raise self.refused(
                None, "it changes a part of a tensor that is read again, which no layer does", self.stale[id(tensor)]
            )
        if id(tensor) in self.derived and not isinstance(self.made.get(id(tensor)), Call):
            raise self.refused(name, "it reads a tensor that came out of a call in a way that a Network cannot follow")

    def constant(self, function, name, args, kwargs, tensors):
        """A call on tensors that do not depend on the input."""
        if name in ASK_VALUES and all(tensor.device.type != "meta" and id(tensor) not in self.twins for tensor in tensors):
            return function(*args, **kwargs)
        made, changed = self.outcome(function, name, args, kwargs)
        sources = [self.known(tensor) for tensor in tensors if id(tensor) not in self.derived]
        parameters = dict.fromkeys(name for source in sources for name in source.parameters)
        zero = name in ZEROS or name in STAY_ZERO and all(source.zero for source in sources)
        work = next((source.work for source in sources if source.work), name if name in WORK else None)
        for tensor in all_of(torch.Tensor, made):
            self.derived.pop(id(tensor), None)  # made in the shape of one
            if id(tensor) not in self.made:
                self.made[id(tensor)] = Constant(tensor, parameters, zero, work)
                self.twins[id(tensor)] = tensor, tensor
        for tensor in changed:
            self.made[id(tensor)] = Constant(tensor, parameters, False, work)
        return made

    def recorded(self, function, name, args, kwargs, tensors):
        """A call on tensors that depend on the input."""
        if name == "__setitem__":
            raise self.refused(name, "it writes into a part of a tensor, which no layer of a Network does")
        call = Call(name, *map_all(torch.Tensor, (args, kwargs), self.known), self.places[-1], self.until)
        made, changed = self.outcome(function, name, args, kwargs)
        results = all_of(torch.Tensor, made) or changed
        if not results and is_plain(made) and not name.startswith("set "):
            return made
        if not results or not (isinstance(made, (torch.Tensor, tuple, list)) or made is None):
            raise self.refused(name, f"it makes a {type(made).__name__}, of which a Network knows nothing")
        self.calls.append(call)
        call.shapes = [tuple(tensor.shape) for tensor in results]
        for number, tensor in enumerate(results):
            self.made[id(tensor)] = call if number == 0 else self.sibling(call, number)
            self.derive(tensor)
        for tensor in changed:
            self.change(tensor, call)
        return made

    def sibling(self, call, number):
        """Another of the tensors that a call makes."""
        twin = Call(call.name, call.args, call.kwargs, call.maker, self.until)
        twin.line, twin.shapes, twin.number = call.line, call.shapes, number
        self.calls.append(twin)
        return twin

    # What is known of tensors.

    def outcome(self, function, name, args, kwargs):
        """(what a call returns on the meta device, the tensors that it changes); its errors are torch's own."""
        if not same_chance(self.chance):
            raise self.refused(name, "a random number was drawn before it, so that what forward does is a matter of chance")
        self.busy = True
        try:
            return on_meta(function, name, args, kwargs, self.twin)
        except Exception as error:
            if name in ASK_VALUES or any(words in str(error) for words in ("on meta tensors", "meta function for torch.nonzero")):
                raise self.refused(name, VALUES) from error
            line = current_line(self.until) + self.places[-1].text(name)
            self.failure = error, f"{line}{self.reading(args, kwargs)}: {in_one_line(error)}"
            raise
        finally:
            self.busy = False

    def reading(self, args, kwargs):
        """' reading 3×8×8': what a failed call was given."""
        tensors = [tensor for tensor in all_of(torch.Tensor, (args, kwargs)) if id(tensor) in self.derived and tensor.dim() > 1]
        return " reading " + " and ".join(shape_text(tensor.shape[1:]) for tensor in tensors) if tensors else ""

    def twin(self, tensor):
        """The tensor itself if it is on the meta device, else its twin there."""
        if tensor.device.type == "meta":
            return tensor
        return self.twins.setdefault(id(tensor), (tensor, torch.empty_like(tensor, device="meta")))[1]

    def known(self, tensor):
        """The Call or Constant that a tensor is."""
        if id(tensor) not in self.made:
            self.busy = True
            original = self.originals.get(id(tensor), tensor)
            zero = original.device.type != "meta" and not original.any().item()
            self.twin(tensor)
            self.busy = False
            if isinstance(tensor, nn.Parameter):
                raise self.outsider(tensor)
            self.made[id(tensor)] = Constant(tensor, (), zero)
            self.twins.setdefault(id(tensor), (tensor, tensor))
        return self.made[id(tensor)]

    def derive(self, tensor):
        """Notes that a tensor depends on the input."""
        if id(tensor) not in self.derived:
            self.derived[id(tensor)] = tensor
            self.sharing.setdefault(memory_of(tensor), []).append(tensor)

    def change(self, tensor, call):
        """Notes that a call changed a tensor in place, and with it all others that share its values."""
        self.derive(tensor)
        now = self.made.get(id(tensor))
        if not isinstance(now, Call) or now.shapes is not call.shapes:  # changed beside the result
            self.made[id(tensor)] = None
        self.stale.pop(id(tensor), None)
        for other in self.sharing[memory_of(tensor)]:
            if other is not tensor and overlap(other, tensor):
                self.stale[id(other)] = call

    def outsider(self, parameter):
        """The error for a parameter that the model does not have."""
        frame, owner = sys._getframe(1), f"a parameter of {shape_text(parameter.shape)} belongs to"
        while frame is not None:
            candidate = frame.f_locals.get("self")
            if isinstance(candidate, nn.Module) and any(own is parameter for own in candidate._parameters.values()):
                owner = f"{type(candidate).__name__} is"
            frame = frame.f_back
        words = "so that its weights are neither trained nor counted: assign it in __init__, those of a list in an nn.ModuleList"
        return self.refused(None, f"{owner} no submodule, {words}")

    def refused(self, name, message, call=None):
        """The error of something that a call does; the first one counts, even if the user's code catches it."""
        text = "" if name is None else self.places[-1].text(name) + ": "
        where = f"{call.line}{call.text}: " if call else current_line(self.until) + text
        self.refusal = self.refusal or Refusal(where + message)
        return self.refusal


def is_plain(made):
    """Whether what a call returns is an answer, no tensor and nothing that may hold one."""
    kinds = (bool, int, float, complex, str, torch.dtype, torch.device, torch.layout, torch.memory_format, torch.Size)
    return made is None or isinstance(made, kinds) or isinstance(made, (tuple, list)) and all(map(is_plain, made))


def memory_of(tensor):
    """The id of the memory behind a tensor: views share it."""
    return tensor.untyped_storage()._cdata
