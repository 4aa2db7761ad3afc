"""New identifiers from one seeded source, in the forms that the vendors use."""

from __future__ import annotations

import random
import uuid


class Ids:
    """Draws identifiers; the same seed words give the same sequence in any process."""

    __slots__ = ("_random",)

    def __init__(self, *seed: object) -> None:
        # A string seed is hashed with SHA-512 by `random`, so it does not depend on
        # PYTHONHASHSEED; a tuple would.
        self._random = random.Random("/".join(map(str, seed)))  # noqa: S311 - not for secrets

    def object_id(self) -> str:
        """Return 24 lower-case hexadecimal digits, the form of a MongoDB ObjectId."""
        return f"{self._random.getrandbits(96):024x}"

    def uuid(self) -> str:
        """Return a random (version 4) UUID in its usual text form."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def token(self, length: int = 32) -> str:
        """Return `length` letters and digits."""
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return "".join(self._random.choices(alphabet, k=length))

    def hex(self, length: int) -> str:
        """Return `length` lower-case hexadecimal digits."""
        return f"{self._random.getrandbits(4 * length):0{length}x}"
