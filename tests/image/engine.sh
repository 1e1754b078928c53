#!/bin/sh
# Makes sure that a Docker engine answers: on Debian, as root, installs docker.io and what the image test needs
# beside it (debootstrap for a base image, docker-registry to push to), and starts dockerd where nothing else does.
#   tests/image/engine.sh [LOG]       LOG: where dockerd writes (default: /var/log/dockerd.log)
set -eu
log=${1:-/var/log/dockerd.log}

answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

missing=
command -v dockerd >/dev/null || answers || missing="$missing docker.io"
command -v docker-registry >/dev/null || missing="$missing docker-registry"
command -v debootstrap >/dev/null || missing="$missing debootstrap"
if [ -n "$missing" ]; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "engine: not installed:$missing; that needs root and Debian's apt-get" >&2
        exit 3
    fi
    echo "engine: installing$missing"
    # Services of packages do not start by themselves here: this script starts the one that is wanted.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends $missing iptables ca-certificates >/dev/null 2>&1 \
        || { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing iptables ca-certificates >/dev/null; }
fi
if ! answers; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "engine: no engine answers, and starting one needs root (or join the group docker)" >&2
        exit 3
    fi
    rm -f /var/run/docker.pid
    nohup setsid dockerd >"$log" 2>&1 </dev/null &
    waited=0
    until answers; do
        waited=$((waited + 1))
        if [ "$waited" -gt 60 ]; then
            echo "engine: dockerd does not answer after 30 s; it said:" >&2
            tail -5 "$log" >&2
            exit 3
        fi
        sleep 0.5
    done
fi
echo "engine: Docker $(docker version --format '{{.Server.Version}}') answers"
