"""Measures FAISS on the vectors that `realm-lab bench index` measured; called by it with one JSON argument, answers with one JSON object a line."""
import json
import sys
import time

import faiss
import numpy

job = json.loads(sys.argv[1])
d, k = job["dimension"], job["k"]
vectors = numpy.memmap(job["vectors"], dtype="<f4", mode="r", offset=job["offset"], shape=(job["count"], d))
queries = numpy.fromfile(job["queries"], dtype="<f4").reshape(-1, d)
batch = numpy.ascontiguousarray(queries[:256])
faiss.omp_set_num_threads(job["threads"])
CHUNK = 1 << 18


def add(index):
    for start in range(0, job["count"], CHUNK):
        index.add(numpy.ascontiguousarray(vectors[start : start + CHUNK]))


def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("RssAnon"))


def percentile(values, share):
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, int(numpy.ceil(share * len(ordered))) - 1))]


def measure(name, index, seconds_to_build, exact):
    taken, found = [], []
    for i in range(10):
        index.search(queries[i : i + 1], k)
    until = time.perf_counter() + job["seconds"]
    while len(taken) < job["atLeast"] or time.perf_counter() < until:
        i = len(taken) % len(queries)
        one = time.perf_counter()
        index.search(queries[i : i + 1], k)
        taken.append(1000 * (time.perf_counter() - one))
    # What takes a second and more for one query gets a smaller batch, and fewer queries to measure recall with.
    slow = percentile(taken, 0.5) > 200
    together = batch[:32] if slow else batch
    passes, began = 0, time.perf_counter()
    while passes == 0 or time.perf_counter() - began < job["seconds"]:
        index.search(together, k)
        passes += 1
    rate = passes * len(together) / (time.perf_counter() - began)
    _, ids = index.search(queries[: 50 if slow and exact is not None else job["recallQueries"]], 100)

    def recall(at):
        if exact is None:
            return 1.0
        return float(numpy.mean([len(set(a[:at]) & set(b[:at])) / at for a, b in zip(ids, exact)]))

    result = dict(
        name=name, p50Ms=percentile(taken, 0.5), p95Ms=percentile(taken, 0.95), p99Ms=percentile(taken, 0.99),
        batchQueriesPerSecond=rate, buildSeconds=seconds_to_build, residentMiB=resident(), recallAt5=recall(5), recallAt100=recall(100),
    )
    print(json.dumps(result), flush=True)
    return ids


def build(make):
    began = time.perf_counter()
    index = make()
    return index, time.perf_counter() - began


def flat():
    index = faiss.IndexFlatIP(d)
    add(index)
    return index


def sq8():
    index = faiss.IndexScalarQuantizer(d, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    index.train(numpy.ascontiguousarray(vectors[: min(job["count"], 100_000)]))
    add(index)
    return index


def ivf():
    lists = job["lists"]
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(d), d, lists, faiss.METRIC_INNER_PRODUCT)
    step = max(1, job["count"] // (64 * lists))
    index.train(numpy.ascontiguousarray(vectors[::step][: 64 * lists]))
    add(index)
    return index


def hnsw():
    index = faiss.IndexHNSWFlat(d, 16, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 40
    add(index)
    index.hnsw.efSearch = 128
    return index


print(json.dumps(dict(name="version", faiss=faiss.__version__)), flush=True)
index, seconds = build(flat)
exact = measure("faissFlat", index, seconds, None)
exact.astype("<i8").tofile(job["flatIds"])
del index
for name, make in (("faissSq8", sq8), ("faissIvf", ivf), ("faissHnsw", hnsw)):
    if name not in job["kinds"]:
        continue
    index, seconds = build(make)
    if name == "faissIvf":
        # As few probes as reach the recall that ours was asked for.
        probes = 1
        while probes < job["lists"]:
            index.nprobe = probes
            _, ids = index.search(queries[: job["recallQueries"]], 5)
            if numpy.mean([len(set(a) & set(b[:5])) / 5 for a, b in zip(ids, exact)]) >= job["recall"]:
                break
            probes = max(probes + 1, probes * 5 // 4)
    measure(name, index, seconds, exact)
    del index
