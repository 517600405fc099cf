"""Keep one case from eating the machine: bounds on CPU time and memory of the process that prints it."""

from __future__ import annotations

CPU_SECONDS = 30
#: Four times what a long case in every script needs; fonts are mapped, so address space is not memory.
ADDRESS_SPACE = 1_500_000_000


def confine() -> None:
    """Bound this process's memory, and the CPU time until the next `allow_cpu`."""
    resource = _resource()
    if resource is None:
        return
    _lower(resource, resource.RLIMIT_AS, ADDRESS_SPACE)
    _lower(resource, resource.RLIMIT_CORE, 0)
    allow_cpu()


def allow_cpu(*, seconds: int = CPU_SECONDS) -> None:
    """Grant this process `seconds` more of CPU time; the system ends it when they are used up."""
    resource = _resource()
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource, resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds)


def _lower(resource: object, which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)  # type: ignore[attr-defined]
    bound = value if hard < 0 else min(value, hard)
    resource.setrlimit(which, (bound, hard))  # type: ignore[attr-defined]


def _resource() -> object | None:
    """Return the resource module; Windows has none, and there the caller's time-out is the only bound."""
    try:
        import resource
    except ImportError:
        return None
    return resource
