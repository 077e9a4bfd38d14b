#!/usr/bin/env bash
# The journeys run in Debian's own Chromium. Installed here where that is possible; said where it is not.
set -u
if command -v chromium >/dev/null; then exit 0; fi
if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
  as_root=""; [ "$(id -u)" = 0 ] || as_root="sudo -n"
  $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null
fi
if ! command -v chromium >/dev/null; then
  echo "No chromium was found and it could not be installed: the browser journeys will fail." >&2
  echo "On Debian or Ubuntu: apt-get install chromium fonts-liberation" >&2
fi
