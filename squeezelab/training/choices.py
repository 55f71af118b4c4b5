"""What the functions that a training is put together of must be able to do."""

# how each is called, with an example
HOW = {
    "optimizer": "is called as optimizer(parameters, learning_rate), like adamw or torch.optim.SGD",
    "schedule": "is called as schedule(progress), like one_cycle or constant",
    "loss": "is called as loss(outputs, labels), like torch.nn.functional.cross_entropy",
    "score": "is called as score(outputs, labels) and gives how many of the batch are right",
    "after_backward": "is called as after_backward(training) and may give False, which skips the step",
}


def check_callable(name, function):
    """Raises for a choice that is no function: its name, or an optimizer that is made already."""
    if not callable(function):
        raise ValueError(f"the {name} {HOW[name]}, so it cannot be of type {type(function).__name__}")


def function_name(function):
    """The name of a function, or of the type of what is called like one; another process finds the same.

    >>> function_name(check_callable), function_name(property())
    ('check_callable', 'property')
    """
    return getattr(function, "__name__", type(function).__name__)
