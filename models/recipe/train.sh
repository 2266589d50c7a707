#!/usr/bin/env bash
# Trains the shipped model from the pretrained base; see README.md in this folder. Usage: models/recipe/train.sh [DATA_DIR]
set -euo pipefail
cd "$(dirname "$0")/../.."
data=$(realpath -m "${1:-data/recipe}")
questions=../shared/data/qa
dotnet build src/RealmWeb.Cli -c Release -v quiet
realm() { src/RealmWeb.Cli/bin/Release/net10.0/realm --data-dir "$data" "$@"; }

# The encoder as its makers trained it: it stays the retriever, and the reader begins with it.
[ -d "$data/models/start" ] || realm model import models/bases/arctic-xs --name start --config models/recipe/start.json

realm finetune --model start --new-model reader --config models/recipe/reader.json --threads 1 --resume

# Passages of the questions that are asked through retrieval, of those that are measured (never trained on), and the sample.
realm import --from-questions "$questions"/{squad-train,squad-sample-train,squadshifts-new-wiki,tydiqa-en-train}.jsonl.gz --corpus passages --model reader
realm import --from-questions "$questions"/{nq-gold-dev,squad-dev}.jsonl.gz --corpus passages --model reader
realm import samples/encyclopedia/articles --corpus passages --model reader
realm index build --corpus passages --model reader

# Relevance is what the mixture says. Questions that were asked in view of a text, whose words it has, and questions that were asked without one.
realm mixture --corpus passages --model reader --data "$questions/squad-train.jsonl.gz" --also passages="$questions/tydiqa-en-train.jsonl.gz" --limit 450
# Where the line between an answer and none lies depends on the size of a corpus: it is fitted for the sample, where everybody begins.
realm import samples/encyclopedia/articles --corpus encyclopedia --model reader
realm index build --corpus encyclopedia --model reader
realm calibrate --corpus encyclopedia --model reader --data samples/encyclopedia/questions/train.jsonl --limit 220 --false-refusals 0.05

realm model export reader models/realm-arctic --base arctic-xs
rm -f models/realm-arctic/vocab.txt   # the build puts that of the base beside the weights
