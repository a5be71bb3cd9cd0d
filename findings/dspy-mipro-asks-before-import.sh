#!/usr/bin/env bash
# DSPy's MIPROv2 asks the model for all its instructions before it notices that a package of its own is missing.
#
# Expected: without optuna, which `pip install dspy` does not bring, compile() fails before the first request.
# Happens:  it sends all requests for instructions, and then raises ImportError. What they cost is lost.
# Seen:     dspy 3.4.1, Python 3.11, 2026-11-30
# For drpo: a package that a config needs is asked for before the first call (exit 2).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check --only-binary :all: dspy==3.4.1
cat > run.py <<'PYTHON'
import sys
import dspy

class CountingModel(dspy.BaseLM):
    """Fills every field that DSPy asks for, and counts."""
    requests = 0

    def __call__(self, prompt=None, messages=None, **options):
        CountingModel.requests += 1
        return ['\n'.join(f'[[ ## {name} ## ]]\nsome words\n' for name in
                ['observations', 'summary', 'program_description', 'module_description', 'proposed_instruction', 'answer', 'completed'])]

dspy.configure(lm=CountingModel(model='counting'))
rows = [dspy.Example(question=f'question {i}', answer='x').with_inputs('question') for i in range(12)]
tuner = dspy.MIPROv2(metric=lambda row, answer, trace=None: 0.5, auto=None, num_candidates=3, num_threads=1,
                     max_bootstrapped_demos=0, max_labeled_demos=0)
try:
    tuner.compile(dspy.Predict('question -> answer'), trainset=rows[:6], valset=rows[6:], num_trials=3, minibatch=False)
    print('it worked')
    sys.exit(1)
except ImportError as error:
    print(f'{CountingModel.requests} requests, then: {error}')
    sys.exit(0 if CountingModel.requests > 0 else 1)
PYTHON
DSPY_CACHEDIR="$folder/cache" env/bin/python run.py 2> log.txt | tail -n 1
exit "${PIPESTATUS[0]}"
