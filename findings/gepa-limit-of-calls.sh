#!/usr/bin/env bash
# GEPA's max_metric_calls is looked at between iterations alone, so a run sends more, and a kill pays for an iteration twice.
#
# Expected: with max_metric_calls=10, at most 10 calls of the metric. A killed run continues from its run_dir.
# Happens:  22 calls. A run that is killed at its 70th call continues, and asks 9 of its questions a second time.
# Seen:     gepa 0.1.4, Python 3.11, 2026-11-30
# For drpo: a call is reserved before it is sent, and an answer is kept before it is used. docs/peers.md has the figures.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check --only-binary :all: gepa==0.1.4
cat > run.py <<'PYTHON'
import os, signal, sys
import gepa
from gepa.core.adapter import EvaluationBatch

folder, limit, log, die_at = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])

class CountingAdapter:
    """Answers at once, gives more points to a prompt with more rules, and writes down every call."""
    propose_new_texts = None

    def evaluate(self, batch, candidate, capture_traces=False):
        scores = []
        for question in batch:
            with open(log, 'a') as file:
                file.write(question + '\n')
            if die_at and sum(1 for _ in open(log)) == die_at:
                os.kill(os.getpid(), signal.SIGKILL)
            scores.append(min(1.0, 0.2 + 0.1 * candidate['prompt'].count('rule') + len(question) % 3 * 0.05))
        return EvaluationBatch(outputs=list(batch), scores=scores, trajectories=list(batch) if capture_traces else None)

    def make_reflective_dataset(self, candidate, evaluated, components):
        return {name: [{'Inputs': text, 'Feedback': 'more rules'} for text in evaluated.trajectories] for name in components}

questions = [f'question {i} ' + 'y' * i for i in range(12)]
write_prompt = lambda asked: '```\nBe helpful. ' + 'rule ' * min(8, str(asked).count('rule') % 9 + 1) + '\n```'
gepa.optimize(seed_candidate={'prompt': 'Be helpful.'}, trainset=questions, valset=questions[:8], adapter=CountingAdapter(),
              reflection_lm=write_prompt, max_metric_calls=limit, run_dir=folder, seed=1)
PYTHON
env/bin/python run.py ten 10 ten.log 0 > /dev/null 2>&1
env/bin/python run.py whole 100 whole.log 0 > /dev/null 2>&1
(env/bin/python run.py killed 100 killed.log 70 > /dev/null 2>&1) 2> /dev/null || true
env/bin/python run.py killed 100 killed.log 0 > /dev/null 2>&1
sent() { wc -l < "$1"; }
echo "max_metric_calls=10: $(sent ten.log) calls; 100: $(sent whole.log); 100, killed at 70 and continued: $(sent killed.log)"
[ "$(sent ten.log)" -gt 10 ] && [ "$(sent killed.log)" -gt "$(sent whole.log)" ]
