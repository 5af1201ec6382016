"""Where chance comes from: one stream of random numbers for each thing that is drawn, named by it.

So a mechanism that is switched off or on leaves everything as it was that does not follow from it. Never reads a clock.
"""

import zlib

import numpy as np


class Chance:
    """Named streams that follow from one seed; the same seed and name give the same numbers.

    `part` names a part of the world that draws the same things by itself.
    """

    def __init__(self, seed: int, part: str = "") -> None:
        self.seed, self.part = seed, part

    def of(self, name: str) -> np.random.Generator:
        """A fresh generator for what `name` names, always at its beginning."""
        entropy = [self.seed, zlib.crc32(f"{self.part}{name}".encode())]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
