"""Versions, devices and memory. Nothing is imported that the program has not imported itself."""

import os
import platform
import sys
from typing import Any, Dict, Optional

PACKAGES = ("numpy", "pandas", "sklearn", "torch", "tensorflow", "xgboost", "lightgbm", "transformers")


def describe_machine() -> Dict[str, Any]:
    """What a person asks first of a training that failed elsewhere."""
    return {
        "versions": {"python": platform.python_version(), **_versions()},
        "platform": platform.platform(),
        "cuda": _tolerant(_cuda),
        "memory": _tolerant(_memory),
    }


def _versions() -> Dict[str, str]:
    """Of packages that the program uses; those that are only installed are asked for their version alone."""
    found = {}
    for name in PACKAGES:
        version = getattr(sys.modules.get(name), "__version__", None) or _installed(name)
        if version is not None:
            found[name] = str(version)
    return found


def _installed(name: str) -> Optional[str]:
    try:
        from importlib import metadata

        return metadata.version({"sklearn": "scikit-learn"}.get(name, name))
    except Exception:
        return None


def _cuda() -> Dict[str, Any]:
    torch = sys.modules.get("torch")
    if torch is None:
        return {"available": None, "visible": os.environ.get("CUDA_VISIBLE_DEVICES")}
    available = bool(torch.cuda.is_available())
    return {
        "available": available,
        "version": torch.version.cuda,
        "visible": os.environ.get("CUDA_VISIBLE_DEVICES"),
        "devices": [_device(torch, index) for index in range(torch.cuda.device_count())] if available else [],
    }


def _device(torch: Any, index: int) -> Dict[str, Any]:
    properties = torch.cuda.get_device_properties(index)
    return {
        "name": properties.name,
        "totalBytes": properties.total_memory,
        "allocatedBytes": torch.cuda.memory_allocated(index),
        "reservedBytes": torch.cuda.memory_reserved(index),
        "peakAllocatedBytes": torch.cuda.max_memory_allocated(index),
    }


def _memory() -> Dict[str, Any]:
    """The most that this process used, and what the machine has, in bytes."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    memory = {"peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}
    with open("/proc/meminfo", encoding="utf-8") as stream:
        known = dict(line.split(":", 1) for line in stream if ":" in line)
    for name, field in (("totalBytes", "MemTotal"), ("availableBytes", "MemAvailable")):
        memory[name] = int(known[field].split()[0]) * 1024
    return memory


def _tolerant(ask: Any) -> Any:
    try:
        return ask()
    except Exception as fault:
        return {"unknown": f"{type(fault).__name__}: {fault}"}
