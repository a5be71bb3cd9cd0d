"""llama.cpp's server on a file of weights; its first line of output is its address.

python server.py WEIGHTS.gguf PORT SLOTS CONTEXT THREADS   (CONTEXT: tokens, shared by all slots; PORT 0: any free port)
It ends when its standard input does, so that no server outlives who started it.
"""

import os
import socket
import sys

import xllamacpp


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


weights, port, slots, context, threads = sys.argv[1], *map(int, sys.argv[2:6])
settings = xllamacpp.CommonParams()
settings.model.path = weights
settings.port = port or find_free_port()
settings.n_parallel = slots
settings.n_ctx = context
for cpu in (settings.cpuparams, settings.cpuparams_batch):
    cpu.n_threads = threads
    cpu.poll = 0  # threads that wait must not keep a busy machine busier
settings.endpoint_metrics = True
server = xllamacpp.Server(settings)
print(server.listening_address, flush=True)
sys.stdin.read()
os._exit(0)  # an orderly end would wait for requests in flight
