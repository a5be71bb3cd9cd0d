#!/usr/bin/env bash
# Weighted kappa of scikit-learn counts steps between the points that somebody gave, not between the points.
#
# Expected: from 2 to 5 points are three steps of the scale, so quadratic weights make it 9 times as bad as one step.
# Happens:  without `labels`, the weights come from each label's place among those seen. If nobody gave 3 and 4 points, from 2 to
#           5 is one step. The same table has another kappa as soon as `labels` names the whole scale.
# Seen:     scikit-learn 1.9.1, numpy 2.x, Python 3.11, 2026-11-30: 0.5 without labels, 0.4231 with labels=[1, 2, 3, 4, 5].
# For drpo: judges rarely give all points, so `drpo judge` counts the steps of the scale and says so (docs/judges.md).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check scikit-learn==1.9.1
got=$(env/bin/python - <<'PY'
from sklearn.metrics import cohen_kappa_score

people, judge = [1, 2, 5, 5, 1, 2], [1, 5, 5, 2, 2, 1]
print(round(cohen_kappa_score(people, judge, weights="quadratic"), 4),
      round(cohen_kappa_score(people, judge, weights="quadratic", labels=[1, 2, 3, 4, 5]), 4))
PY
)
want='0.5 0.4231'
echo "without labels and with them: $got"
[ "$got" = "$want" ] || { echo "changed: expected $want"; exit 1; }
