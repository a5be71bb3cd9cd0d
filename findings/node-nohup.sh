#!/usr/bin/env bash
# nohup does not keep a Node program alive when its terminal closes.
#
# Expected: a program that nohup starts inherits an ignored SIGHUP, and lives on.
# Happens:  Node sets all signals back to their defaults when it starts, so SIGHUP ends it with 129.
# Seen:     Node 24.21 on Linux, GNU coreutils 9, 2026-11-30: sh exit 0 / node exit 129
# For drpo: a long run under nohup is interrupted when the terminal closes. tmux or setsid keep it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
# a program that says "ready", and then lives long enough to be hung up
try() {
  local name=$1 status=0
  nohup "$@" >"$name.log" 2>&1 &
  local pid=$!
  until grep -q ready "$name.log"; do sleep 0.1; done
  kill -HUP "$pid"
  wait "$pid" 2>/dev/null || status=$?
  echo "$name exit $status"
}
got=$(try sh -c 'echo ready; for i in 1 2 3; do sleep 0.2; done'; try node -e 'console.log("ready"); setTimeout(() => {}, 600)')
want=$'sh exit 0\nnode exit 129'
echo "$got"
[ "$got" = "$want" ] || { echo "changed: expected $want"; exit 1; }
