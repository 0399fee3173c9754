"""Opening ONNX models on the CPU."""

from pathlib import Path
from typing import Any

from alsvoice.errors import ModelError, lacks_memory

__all__ = ["open_session"]


def open_session(model: Path, threads: int) -> Any:
    """Return an onnxruntime session that uses at most ``threads`` threads and never spins.

    Spinning threads burn a laptop's battery while waiting; with it off, wall time is the same
    within noise and CPU time a third less on two threads.
    """
    import onnxruntime

    # The environment, set when alsvoice is imported, switches telemetry off as a whole; this is for
    # a program that imported onnxruntime first, and for Windows' own event tracing.
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as problem:  # onnxruntime raises a class of its own for each cause
        if lacks_memory(problem):
            raise MemoryError from problem
        raise ModelError(
            f"The model {model.parent.name} cannot be loaded.", try_next="alsvoice models verify"
        ) from problem
