"""As much of torch as the adapter of pyannote.audio touches: arrays that say they are tensors."""

from typing import Any

import numpy as np

threads: list[int] = []


class Tensor(np.ndarray[Any, Any]):
    """An array that turns into an array."""

    def numpy(self) -> Any:
        """Return it as an array."""
        return np.asarray(self)


def from_numpy(array: Any) -> Any:
    """Return an array as a tensor."""
    return array.view(Tensor)


def set_num_threads(count: int) -> None:
    """Note how many threads were asked for."""
    threads.append(count)
