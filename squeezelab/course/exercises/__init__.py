"""The checks of the exercises, a module a chapter: `CHECKS` is {id: function of the answer}."""
