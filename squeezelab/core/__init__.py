"""The ground floor: checks, words for numbers, arithmetic on numbers and arrays alike. It imports nothing of the package."""
