"""Verdicts of if-verifiable on JSON lines of {prompt, instruction_id_list, kwargs, response}: python verify.py CASES VERDICTS [NLTK_DATA]."""

import json
import sys

import langdetect
import nltk
from if_verifiable.api import evaluate_output_for_sample
from if_verifiable.types import IFEvalSample

cases, verdicts, *data = sys.argv[1:]
nltk.data.path[:0] = data
langdetect.DetectorFactory.seed = 0  # without it the same text can get two languages

with open(cases, encoding="utf-8") as lines, open(verdicts, "w", encoding="utf-8") as out:
    for line in lines:
        case = json.loads(line)
        sample = IFEvalSample(0, case["prompt"], case["instruction_id_list"], case["kwargs"])
        try:
            results, _ = evaluate_output_for_sample("ifeval", sample, case["response"])
            # an empty response has no results: nothing is followed
            verdict = {"results": [[r.strict_pass, r.loose_pass] for r in results] or [[False, False]] * len(case["kwargs"])}
        except Exception as error:  # a lookup of data, or a keyword that is no pattern
            verdict = {"error": f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200]}"}
        out.write(json.dumps(verdict) + "\n")
