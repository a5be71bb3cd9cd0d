"""One search of GEPA on the peers' bench: python gepaRun.py TASK.json writes the best prompt to standard output.

TASK.json: url (of the counting proxy, ending in /v1), prompt, train, validation (lists of queries), tokens (the budget), seed, folder.
"""

import contextlib
import json
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import gepa
from gepa.adapters.default_adapter.default_adapter import DefaultAdapter, EvaluationResult

with open(sys.argv[1]) as file:
    task = json.load(file)
proxy = task["url"].removesuffix("/v1")


def fetch_json(path: str, body: dict | None = None) -> dict:
    request = urllib.request.Request(proxy + path, body and json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=900) as response:
        return json.load(response)


def ask(model: str, messages: list) -> str:
    return fetch_json("/v1/chat/completions", {"model": model, "messages": messages})["choices"][0]["message"]["content"]


def reflect(prompt: str | list) -> str:
    return ask("optimizer", [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt)


def score(data: dict, answer: str) -> EvaluationResult:
    return EvaluationResult(**fetch_json("/score", {"query": data["input"], "answer": answer}))


class ParallelAdapter(DefaultAdapter):
    """GEPA's own adapter, which asks for the answers of a batch at once."""

    def evaluate(self, batch, candidate, capture_traces=False):
        prompt = next(iter(candidate.values()))
        asked = [[{"role": "system", "content": prompt}, {"role": "user", "content": data["input"]}] for data in batch]
        with ThreadPoolExecutor(4) as pool:
            answers = iter(list(pool.map(lambda messages: ask("base", messages), asked)))
        self.model = lambda _: next(answers)
        return super().evaluate(batch, candidate, capture_traces)


def is_spent(_) -> bool:
    spent = fetch_json("/count")
    return spent["input"] + spent["output"] >= task["tokens"]


def to_rows(queries: list) -> list:
    return [{"input": query, "additional_context": {}, "answer": ""} for query in queries]


with contextlib.redirect_stdout(sys.stderr):
    result = gepa.optimize(
        seed_candidate={"system_prompt": task["prompt"]},
        trainset=to_rows(task["train"]),
        valset=to_rows(task["validation"]),
        adapter=ParallelAdapter(model=lambda _: "", evaluator=score),
        reflection_lm=reflect,
        stop_callbacks=is_spent,
        run_dir=task["folder"],
        seed=task["seed"],
    )
print(result.best_candidate["system_prompt"])
