"""What can go wrong while building and stamping, in sentences that a technician can read."""


class BuilderError(Exception):
    """Anything that stops a package from being made."""


class PayloadMissing(BuilderError):
    """No helper was built for the platform that was asked for."""

    def __init__(self, platform: str) -> None:
        super().__init__(f"There is no helper for {platform} on this server. Build it with: make payloads")
        self.platform = platform


class PayloadBroken(BuilderError):
    """A payload's files do not fit together, so nothing is made of them."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"The helper in {path} cannot be used: {reason}. Build it again with: make payloads")
        self.path = str(path)
        self.reason = reason


class ManifestBroken(BuilderError):
    """A package's manifest is not what was signed, or a file is not what the manifest says."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class RuntimeRefused(BuilderError):
    """The language runtime that the operator must supply is absent or is not the pinned one."""


class UploadRefused(BuilderError):
    """An uploaded file is not what it may be."""
