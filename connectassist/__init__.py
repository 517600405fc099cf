"""ConnectAssist: a self-hosted remote-support desk."""

VERSION = "0.1.0"
