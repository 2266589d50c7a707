"""Computes the fixtures of this folder again for a model of another size, with a reference of its own in PyTorch (no transformers).

    python3 tests/golden/resize.py check tests/golden          # the reference against the numbers of the published port, sizes unchanged
    python3 tests/golden/resize.py make tests/golden tests/golden-other-size

Needs PyTorch 1.13 or later. Everything is computed in float64 and stored with nine digits; inputs are those of the original cases, cut where the
other size has fewer candidates or rows. Formulas: docs/paper-map.md; layer order and names are those of the published checkpoints.
"""
import json, math, os, random, struct, sys, unicodedata
import torch
import torch.nn.functional as F

SIZES = {"hidden_size": 18, "num_hidden_layers": 3, "num_attention_heads": 3, "intermediate_size": 28, "retriever_proj_size": 10, "span_hidden_size": 12,
         "max_span_width": 4, "num_candidates": 3, "reader_beam_size": 2, "searcher_beam_size": 4, "reader_seq_len": 34, "max_position_embeddings": 112}
FOLDERS = ["embedder", "scorer", "encoder", "reader", "openqa", "bert"]


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    kinds = {"F32": torch.float32, "I64": torch.int64}
    return {name: torch.frombuffer(bytearray(data[slice(*entry["data_offsets"])]), dtype=kinds[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items() if name != "__metadata__"}


def write_safetensors(path, tensors):
    header, parts, at = {}, [], 0
    for name, value in sorted(tensors.items()):
        raw = value.contiguous().numpy().tobytes()
        header[name] = {"dtype": {torch.float32: "F32", torch.int64: "I64"}[value.dtype], "shape": list(value.shape), "data_offsets": [at, at + len(raw)]}
        parts.append(raw)
        at += len(raw)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


class Model:
    """The modules of one folder as functions over its weights."""

    def __init__(self, config, weights, prefix=""):
        self.config, self.weights, self.prefix = config, weights, prefix

    def at(self, prefix):
        return Model(self.config, self.weights, self.prefix + prefix)

    def __getitem__(self, name):
        for new, old in ((name, name), (name.replace("LayerNorm.weight", "LayerNorm.gamma"), None), (name.replace("LayerNorm.bias", "LayerNorm.beta"), None)):
            if self.prefix + new in self.weights:
                return self.weights[self.prefix + new]
        raise KeyError(self.prefix + name)

    def linear(self, name, x):
        return F.linear(x, self[name + ".weight"], self[name + ".bias"])

    def norm(self, name, x, eps=None):
        return F.layer_norm(x, x.shape[-1:], self[name + ".weight"], self[name + ".bias"], eps or self.config["layer_norm_eps"])

    def act(self, x):
        if self.config["hidden_act"] == "gelu":
            return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))

    def bert(self, ids, mask=None, segments=None):
        """States of all layers, [n, s, hidden] each, and the pooled first token."""
        mask = torch.ones_like(ids) if mask is None else mask
        segments = torch.zeros_like(ids) if segments is None else segments
        e = "embeddings."
        x = self[e + "word_embeddings.weight"][ids] + self[e + "token_type_embeddings.weight"][segments] + self[e + "position_embeddings.weight"][:ids.shape[1]]
        x = self.norm(e + "LayerNorm", x)
        states, heads = [x], self.config["num_attention_heads"]
        hide = (1 - mask[:, None, None, :].to(x.dtype)) * -1e30
        for number in range(self.config["num_hidden_layers"]):
            layer = self.at(f"encoder.layer.{number}.")
            q, k, v = (layer.linear("attention.self." + part, x).unflatten(-1, (heads, -1)).transpose(1, 2) for part in ("query", "key", "value"))
            seen = ((q @ k.transpose(-1, -2)) / math.sqrt(q.shape[-1]) + hide).softmax(-1) @ v
            x = layer.norm("attention.output.LayerNorm", x + layer.linear("attention.output.dense", seen.transpose(1, 2).flatten(2)))
            x = layer.norm("output.LayerNorm", x + layer.linear("output.dense", self.act(layer.linear("intermediate.dense", x))))
            states.append(x)
        return states, torch.tanh(self.linear("pooler.dense", x[:, 0]))

    def embed(self, *inputs):
        pooled = self.at("realm.").bert(*inputs)[1]
        return self.norm("cls.LayerNorm", self.linear("cls.dense", pooled))

    def words(self, hidden, table):
        head = self.at("cls.predictions.")
        return F.linear(head.norm("transform.LayerNorm", self.act(head.linear("transform.dense", hidden))), table, head["bias"])

    def span_logits(self, hidden, block_mask):
        """[n, spans], by width, then start; NaN where a span leaves the block."""
        starts, ends = self.linear("qa_outputs.dense_intermediate", hidden).chunk(2, -1)
        spans = [(s, s + w) for w in range(self.config["max_span_width"]) for s in range(hidden.shape[1] - w)]
        a, b = (torch.tensor([span[i] for span in spans]) for i in (0, 1))
        inner = self.norm("qa_outputs.layer_normalization", torch.relu(starts[:, a] + ends[:, b]), self.config["reader_layer_norm_eps"])
        logits = self.linear("qa_outputs.dense_output", inner).squeeze(-1)
        return logits, block_mask[:, a] & block_mask[:, b], spans


def numbers(value):
    if isinstance(value, torch.Tensor):
        value = value.detach().tolist()
    if isinstance(value, list):
        return [numbers(item) for item in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def batch(inputs, prefix=""):
    def one(name):
        given = inputs.get(prefix + name)
        return None if given is None else torch.tensor(given).reshape(-1, torch.tensor(given).shape[-1])
    return one("input_ids"), one("attention_mask"), one("token_type_ids")


def gradients(loss, weights, names, relevance, source):
    for weight in weights.values():
        weight.grad = None
    if loss.requires_grad:
        loss.backward(retain_graph=True)
    result = {}
    if relevance is not None:
        result["relevance_score"] = numbers(relevance.grad if relevance.grad is not None else torch.zeros_like(relevance))
    result["weights"] = {}
    for name in names:
        grad = weights[name].grad
        grad = torch.zeros_like(weights[name]) if grad is None else grad
        flat = grad.reshape(-1)
        index = sorted(source.sample(range(flat.numel()), min(24, flat.numel())))
        result["weights"][name] = {"shape": list(grad.shape), "norm": numbers(grad.norm().item()), "first8": numbers(flat[:8]),
                                   "sample_index": index, "sample": numbers(flat[index])}
    return result


def marginal_loss(logits, correct):
    if not correct.any():
        return logits.sum() * 0
    return logits.logsumexp(-1) - logits.masked_fill(~correct, -math.inf).logsumexp(-1)


def read(model, config, rows, block_mask, relevance, starts=None, ends=None, has_answers=None):
    """The reader over the first rows, and its losses where answers are given."""
    states, _ = model.at("realm.").bert(*rows)
    logits, inside, spans = model.span_logits(states[-1], block_mask)
    joint = logits + ~inside * -1e4 + relevance[:logits.shape[0], None]
    best = joint.reshape(-1).argmax().item()
    block, candidate = divmod(best, len(spans))
    out = {"block_idx": block, "candidate": candidate, "start_pos": [spans[candidate][0]], "end_pos": [spans[candidate][1]]}
    if starts is None:
        return out, logits, inside, None
    number = {span: i for i, span in enumerate(spans)}
    correct = torch.zeros_like(joint, dtype=torch.bool)
    for row in range(joint.shape[0]):
        for start, end in zip(starts[row], ends[row]):
            if start >= 0 and (start, end) in number:
                correct[row, number[start, end]] = True
    retriever = marginal_loss(relevance, torch.tensor(has_answers))
    reader = marginal_loss(joint.reshape(-1), correct.reshape(-1))
    out.update(loss=numbers((retriever + reader).item()), retriever_loss=numbers(retriever.item()), reader_loss=numbers(reader.item()),
               retriever_correct=has_answers, reader_correct_shape=list(joint.shape), reader_correct_true=correct.nonzero().tolist())
    return out, logits, inside, retriever + reader


def embedder_case(model, inputs, _):
    states, pooled = model.at("realm.").bert(*batch(inputs))
    return {"projected_score": numbers(model.embed(*batch(inputs))), "pooled_output": numbers(pooled), "embedding_output_first_token": numbers(states[0][:, 0]),
            "layer_output_first_token": numbers(torch.stack([state[:, 0] for state in states[1:]]))}, None, None


def scorer_case(model, inputs, _):
    tower = model.at("embedder.")
    queries, blocks = tower.embed(*batch(inputs)), tower.embed(*batch(inputs, "candidate_"))
    blocks = blocks.reshape(queries.shape[0], -1, queries.shape[1])
    return {"relevance_score": numbers(torch.einsum("bd,bkd->bk", queries, blocks)), "query_score": numbers(queries), "candidate_score": numbers(blocks)}, None, None


def encoder_case(model, inputs, old):
    relevance = torch.tensor(inputs["relevance_score"], dtype=torch.float64, requires_grad=True)
    labels = torch.tensor(inputs["labels"])
    weights = torch.ones_like(labels) if inputs.get("mlm_mask") is None else torch.tensor(inputs["mlm_mask"])
    states, _ = model.at("realm.").bert(*batch(inputs))
    logits = model.words(states[-1], model["realm.embeddings.word_embeddings.weight"])
    b, k = relevance.shape
    logits = logits.reshape(b, k, labels.shape[1], -1)
    gold = logits.log_softmax(-1).gather(-1, labels.clamp(min=0)[:, None, :, None].expand(b, k, -1, 1)).squeeze(-1) * (labels != -100)[:, None, :]
    marginal = (relevance.log_softmax(-1)[:, :, None] + gold).logsumexp(1)
    loss = -(marginal * weights).sum() / weights.sum() if weights.sum() > 0 else marginal.sum() * 0
    out = {"loss": numbers(loss.item())}
    if "masked_positions" in old:
        out["masked_positions"] = old["masked_positions"]
        out["logits_at_masked_positions"] = [[[float(f"{v:.7g}") for v in row] for row in logits[i, :, s].tolist()] for i, s in old["masked_positions"]]
    return out, loss, relevance


def reader_case(model, inputs, old):
    beam = model.config["reader_beam_size"]
    rows = tuple(None if part is None else part[:beam] for part in batch(inputs))
    relevance = torch.tensor(inputs["relevance_score"], dtype=torch.float64, requires_grad=True)
    mask = torch.tensor(inputs["block_mask"])[:beam]
    out, logits, inside, loss = read(model, model.config, rows, mask, relevance, inputs.get("start_positions"), inputs.get("end_positions"), inputs.get("has_answers"))
    out["num_candidates"] = logits.shape[1]
    if "reader_logits" in old:
        out["reader_logits"] = [[v if ok else None for v, ok in zip(numbers(row), oks)] for row, oks in zip(logits.tolist(), inside.tolist())]
    return out, loss, relevance


def bert_case(model, inputs, old):
    states, pooled = model.at("bert.").bert(*batch(inputs))
    logits = model.words(states[-1], model["bert.embeddings.word_embeddings.weight"])
    labels = torch.tensor(inputs["labels"])
    return {"last_hidden_state": numbers(states[-1]), "pooler_output": numbers(pooled), "mlm_loss": numbers(F.cross_entropy(logits.flatten(0, 1), labels.flatten()).item()),
            "mlm_positions": old["mlm_positions"], "mlm_logits_at_positions": numbers(torch.stack([logits[i, s] for i, s in old["mlm_positions"]])),
            "seq_relationship_logits": numbers(model.linear("cls.seq_relationship", pooled))}, None, None


class Words:
    """Word pieces of the toy vocabulary, for the few scripts that the toy texts have."""

    def __init__(self, folder):
        self.ids = {token: i for i, token in enumerate(open(os.path.join(folder, "vocab.txt"), encoding="utf-8").read().split("\n")) if token}

    def encode(self, text):
        out = []
        plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        spaced = "".join(f" {c} " if unicodedata.category(c)[0] == "P" or c.isascii() and unicodedata.category(c)[0] == "S" or "\u4e00" <= c <= "\u9fff" else c for c in plain)
        for word in spaced.split():
            pieces, start = [], 0
            while start < len(word):
                end = next((end for end in range(len(word), start, -1) if ("##" if start else "") + word[start:end] in self.ids), None)
                if end is None:
                    pieces = ["[UNK]"]
                    break
                pieces.append(("##" if start else "") + word[start:end])
                start = end
            out += [self.ids[piece] for piece in pieces]
        return out

    def pair(self, first, second, limit):
        first, second = list(first), list(second)
        while len(first) + len(second) + 3 > limit:
            (first if len(first) > len(second) else second).pop()
        cls, sep = self.ids["[CLS]"], self.ids["[SEP]"]
        return [cls, *first, sep, *second, sep], [0] * (len(first) + 2) + [1] * (len(second) + 1), [1] + [0] * len(first) + [1] + [0] * len(second) + [1]


def openqa_case(model, words, blocks, case):
    config, old = model.config, case["outputs"]
    vectors = model["block_emb"]
    query = model.at("embedder.").embed(torch.tensor(case["inputs"]["input_ids"]))
    scores = (query @ vectors.T).squeeze(0)
    beam = config["searcher_beam_size"] if case["training_mode"] else config["reader_beam_size"]
    rows = scores.detach().topk(beam).indices
    relevance = scores[rows]
    encoded = [words.pair(words.encode(old["reader_question"]), blocks[row], config["reader_seq_len"]) for row in rows.tolist()]
    length = max(len(ids) for ids, _, _ in encoded)
    pad = lambda values, fill: [list(value) + [fill] * (length - len(value)) for value in values]
    ids, segments, special = (pad([item[i] for item in encoded], fill) for i, fill in ((0, 0), (1, 0), (2, 1)))
    mask = pad([[1] * len(item[0]) for item in encoded], 0)
    answers = case["inputs"]["answer_ids"]
    starts = ends = has = None
    if answers is not None:
        starts, ends = [], []
        for row in ids:
            first = row.index(words.ids["[SEP]"])
            second = row.index(words.ids["[SEP]"], first + 1)
            found = [(i, i + len(answer) - 1) for answer in answers for i in range(first + 1, second) if row[i:i + len(answer)] == answer]
            starts.append([start for start, _ in found])
            ends.append([end for _, end in found])
        has = [len(row) > 0 for row in starts]
        most = max(map(len, starts))
        starts, ends = ([row + [-1] * (most - len(row)) for row in side] for side in (starts, ends))
    n = config["reader_beam_size"]
    block_mask = torch.tensor(segments, dtype=torch.bool) & ~torch.tensor(special, dtype=torch.bool)
    read_rows = tuple(torch.tensor(part)[:n] for part in (ids, mask, segments))
    reader, _, _, loss = read(model.at("reader."), config, read_rows, block_mask[:n], relevance, starts, ends, has)
    answer = ids[reader["block_idx"]][reader["start_pos"][0]:reader["end_pos"][0] + 1]
    out = {"question_projection": numbers(query[0]), "retrieved_block_ids": rows.tolist(), "retrieved_relevance": numbers(relevance), "all_block_scores": numbers(scores),
           "reader_question": old["reader_question"], "reader_input_ids": ids, "reader_token_type_ids": segments, "reader_attention_mask": mask,
           "special_tokens_mask": special, "has_answers": has, "start_pos": starts, "end_pos": ends, "reader": reader, "predicted_answer_ids": answer}
    return out, loss


def embed_blocks(config, weights, words, blocks):
    """[blocks, projection], float32."""
    tower = Model(config, {name: weight.double() for name, weight in weights.items() if weight.dtype != torch.int64}, "embedder.")
    cls, sep = words.ids["[CLS]"], words.ids["[SEP]"]
    return torch.cat([tower.embed(torch.tensor([[cls, *block, sep]])) for block in blocks]).float()


def resized(config, weights, source):
    """Random weights for the sizes in SIZES, drawn as the original ones were: names and shapes from the original file."""
    old = {"hidden_size": config["hidden_size"], "intermediate_size": config["intermediate_size"], "max_position_embeddings": config["max_position_embeddings"]}
    for name in ("retriever_proj_size", "span_hidden_size"):
        if name in config:
            old[name] = config[name]
    length = {value: SIZES[name] for name, value in old.items()}
    if "span_hidden_size" in config:
        length[2 * config["span_hidden_size"]] = 2 * SIZES["span_hidden_size"]
    names = {}
    for name, weight in weights.items():
        if ".layer.0." in name:
            for number in range(SIZES["num_hidden_layers"]):
                names[name.replace(".layer.0.", f".layer.{number}.")] = weight
        elif ".layer." not in name:
            names[name] = weight
    made = {}
    for name, weight in sorted(names.items()):
        shape = [length.get(size, size) for size in weight.shape]
        if weight.dtype == torch.int64:
            made[name] = torch.arange(shape[1]).reshape(shape)
            continue
        spread, centre = weight.std(unbiased=False).item(), weight.mean().item() if weight.dim() == 1 else 0.0
        made[name] = torch.normal(centre, max(spread, 0.05), shape, generator=source).to(torch.float32)
    return made


def compute(folder, config, weights, cases, words=None, blocks=None):
    source = random.Random(7)
    wide = {name: (weight if weight.dtype == torch.int64 else weight.double().requires_grad_(name != "block_emb")) for name, weight in weights.items()}
    model = Model(config, wide)
    by_name = {case["name"]: case for case in cases}
    results = []
    for case in cases:
        inputs = dict(by_name[case["inputs"]["same_as"]]["inputs"] if "same_as" in case["inputs"] else {}, **case["inputs"])
        if folder == "openqa":
            out, loss = openqa_case(model, words, blocks, case)
            relevance = None
        else:
            out, loss, relevance = globals()[folder + "_case"](model, inputs, case["outputs"])
        made = dict(case, outputs=out)
        if "gradients" in case:
            names = [name if name in wide else name.replace(".layer.1.", ".layer.0.") for name in case["gradients"]["weights"]]
            made["gradients"] = gradients(loss, wide, names, relevance if "relevance_score" in case["gradients"] else None, source)
        results.append(made)
    return results


def difference(a, b, path=""):
    """Largest difference relative to the largest magnitude of each list; anything that is no number must be equal."""
    if isinstance(a, dict):
        return max((difference(a[key], b[key], f"{path}/{key}") for key in b if key not in ("predicted_answer", "sample", "sample_index")), default=0)
    if isinstance(b, list) and None in b:
        assert [v is None for v in a] == [v is None for v in b], path
        a, b = ([0.0 if v is None else v for v in value] for value in (a, b))
    x, y = (torch.tensor(value, dtype=torch.float64) if flat(value) else value for value in (a, b))
    if isinstance(x, torch.Tensor) and isinstance(y, torch.Tensor):
        assert x.shape == y.shape, path
        worst = 0 if x.numel() == 0 else ((x - y).abs().max() / (y.abs().max() + 1e-6)).item()
        assert worst < 1e-4, f"{path}: {worst}"
        return worst
    if isinstance(a, list) and len(a) == len(b):
        return max((difference(p, q, f"{path}/{i}") for i, (p, q) in enumerate(zip(a, b))), default=0)
    assert a == b, f"{path}: {a} and {b}"
    return 0


def flat(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) or isinstance(value, list) and len(value) > 0 and all(flat(item) for item in value)


def cut(folder, case):
    """The inputs of a case for fewer candidates and smaller beams."""
    k, searched, inputs = SIZES["num_candidates"], SIZES["searcher_beam_size"], dict(case["inputs"])
    for name, value in inputs.items():
        if value is None or name == "same_as":
            continue
        if folder == "scorer" and name.startswith("candidate_") or folder == "encoder" and name in ("relevance_score", "input_ids", "attention_mask", "token_type_ids"):
            inputs[name] = [row[:k] for row in value]
        elif folder == "reader":
            inputs[name] = value[:SIZES["reader_beam_size"] if name in ("input_ids", "attention_mask", "token_type_ids") else searched]
    return dict(case, inputs=inputs)


def main():
    mode, source = sys.argv[1], sys.argv[2]
    target = sys.argv[3] if mode == "make" else None
    for folder in FOLDERS:
        config = json.load(open(os.path.join(source, folder, "config.json")))
        weights = read_safetensors(os.path.join(source, folder, "model.safetensors"))
        document = json.load(open(os.path.join(source, folder, "io.json")))
        words = blocks = None
        if folder == "openqa":
            words = Words(os.path.join(source, folder))
            blocks = [words.encode(text) for text in json.load(open(os.path.join(source, folder, "block_records.json")))]
        if mode == "check":
            if folder == "openqa":
                difference(embed_blocks(config, weights, words, blocks).tolist(), weights["block_emb"].tolist(), "openqa/block_emb")
            made = compute(folder, config, weights, document["cases"], words, blocks)
            worst = max(difference({key: new[key] for key in ("outputs", "gradients") if key in old}, {key: old[key] for key in ("outputs", "gradients") if key in old},
                                   f"{folder}/{old['name']}") for new, old in zip(made, document["cases"]))
            print(f"{folder}: {len(made)} cases agree, largest relative difference {worst:.1e}")
            continue
        config_new = {**config, **{name: value for name, value in SIZES.items() if name in config}}
        weights = resized(config, weights, torch.Generator().manual_seed(11))
        os.makedirs(os.path.join(target, folder), exist_ok=True)
        if folder == "openqa":
            weights["block_emb"] = embed_blocks(config_new, weights, words, blocks)
            for name in ("vocab.txt", "block_records.json", "block_records.npy", "encode.json", "tokenizer_config.json"):
                data = open(os.path.join(source, folder, name), "rb").read()
                open(os.path.join(target, folder, name), "wb").write(data)
        document["cases"] = compute(folder, config_new, weights, [cut(folder, case) for case in document["cases"]], words, blocks)
        json.dump(config_new, open(os.path.join(target, folder, "config.json"), "w"), indent=2)
        json.dump(document, open(os.path.join(target, folder, "io.json"), "w"), separators=(",", ":"))
        write_safetensors(os.path.join(target, folder, "model.safetensors"), weights)
        print(f"{folder}: {len(document['cases'])} cases")


main()
