#!/usr/bin/env bash
# litellm's proxy answers a request without a key with 500 instead of 401, if the package prisma is not installed.
#
# Expected: a proxy with a master key answers a chat without one with 401, as OpenAI's API does. No database is configured.
# Happens:  500 "Internal Server Error", in plain text. The handler of the refusal imports prisma, which the extra "proxy"
#           does not install, and fails with ModuleNotFoundError. The same request with the key is served (a mocked answer).
# Seen:     litellm[proxy] 1.108.7, Python 3.11, 2026-11-30: without a key 500, with the key 200
# For drpo: a 500 is retried six times, and the user reads of a server's fault where the key was missing.
set -euo pipefail
folder=$(mktemp -d); cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'litellm[proxy]==1.108.7'
cat >config.yaml <<'YAML'
model_list:
  - model_name: local
    litellm_params: { model: openai/local, api_key: none, mock_response: "Hello." }
general_settings: { master_key: sk-local }
YAML
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
LITELLM_LOCAL_MODEL_COST_MAP=True venv/bin/litellm --config config.yaml --host 127.0.0.1 --port "$port" >log 2>&1 &
proxy=$!
trap 'kill $proxy; rm -rf "$folder"' EXIT
for _ in $(seq 180); do curl -s -m 2 "http://127.0.0.1:$port/health/liveliness" >/dev/null && break; sleep 1; done
ask() {
  curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/v1/chat/completions" -H 'content-type: application/json' "$@" \
    -d '{"model":"local","messages":[{"role":"user","content":"Hi"}]}'
}
got="without a key $(ask), with the key $(ask -H 'authorization: Bearer sk-local')"
echo "$got"
[ "$got" = "without a key 500, with the key 200" ] || { echo "changed: expected 500 without a key"; exit 1; }
