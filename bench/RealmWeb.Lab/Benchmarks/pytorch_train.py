"""Steps of masked language modelling in PyTorch: what `realm-lab bench train` measures, on the same model, batch and precision.

Reads one JSON object on stdin (layers, width, vocabulary, batch, length, masks, steps, bf16, device, threads) and prints one on stdout.
"""
import contextlib
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

given = json.load(sys.stdin)
device = given["device"]
width, length, batch = given["width"], given["length"], given["batch"]
if given["threads"]:
    torch.set_num_threads(given["threads"])
torch.manual_seed(1)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.mixed = (nn.Linear(width, width) for _ in range(4))
        self.expand, self.contract = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.norm1, self.norm2 = nn.LayerNorm(width, 1e-12), nn.LayerNorm(width, 1e-12)

    def forward(self, x, bias):
        def heads(projected):
            return projected.view(batch, length, width // 64, 64).transpose(1, 2)

        mixed = F.scaled_dot_product_attention(heads(self.query(x)), heads(self.key(x)), heads(self.value(x)), bias, 0.1)
        x = self.norm1(x + F.dropout(self.mixed(mixed.transpose(1, 2).flatten(2)), 0.1))
        return self.norm2(x + F.dropout(self.contract(F.gelu(self.expand(x), approximate="tanh")), 0.1))


class MaskedLanguageModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.word, self.position, self.segment = nn.Embedding(given["vocabulary"], width), nn.Embedding(512, width), nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, 1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(given["layers"]))
        self.transform, self.transformed = nn.Linear(width, width), nn.LayerNorm(width, 1e-12)
        self.bias = nn.Parameter(torch.zeros(given["vocabulary"]))

    def forward(self, ids, mask, segments, positions):
        x = F.dropout(self.norm(self.word(ids) + self.segment(segments) + self.position.weight[:length]), 0.1)
        bias = ((mask.to(x.dtype) - 1) * 10_000)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias)
        masked = x.reshape(-1, width).index_select(0, positions)
        return F.linear(self.transformed(F.gelu(self.transform(masked), approximate="tanh")), self.word.weight, self.bias)


model = MaskedLanguageModel().to(device)
optimizer = torch.optim.AdamW(model.parameters(), 1e-4, fused=device == "cuda")


def step():
    # New inputs each step, from the processor, as in training.
    ids, mask, segments = torch.randint(5, given["vocabulary"], (batch, length)), torch.ones(batch, length), torch.zeros(batch, length, dtype=torch.long)
    positions, targets = torch.randint(batch * length, (given["masks"],)), torch.randint(5, given["vocabulary"], (given["masks"],))
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cuda", torch.bfloat16) if given["bf16"] else contextlib.nullcontext():
        logits = model(ids.to(device), mask.to(device), segments.to(device), positions.to(device))
        loss = F.cross_entropy(logits, targets.to(device))
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


for _ in range(3):
    step()
begun = time.perf_counter()
for _ in range(given["steps"]):
    step()
seconds = time.perf_counter() - begun
json.dump({"version": torch.__version__, "tokensPerSecond": given["steps"] * batch * length / seconds, "stepMs": 1000 * seconds / given["steps"]}, sys.stdout)
