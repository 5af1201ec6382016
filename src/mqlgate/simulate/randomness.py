"""Where chance comes from: one stream of random numbers for each thing that is drawn, named by it.

So a mechanism that is switched off or on leaves everything as it was that does not follow from it. Never reads a clock.
"""

import zlib

import numpy as np


class Chance:
    """Named streams that follow from one seed; the same seed and name give the same numbers."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, name: str) -> np.random.Generator:
        """A fresh generator for what `name` names, always at its beginning."""
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, zlib.crc32(name.encode())])))
