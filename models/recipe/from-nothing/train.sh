#!/usr/bin/env bash
# Trains the embedded model; see README.md in this folder. Usage: models/recipe/from-nothing/train.sh [DATA_DIR]
set -euo pipefail
cd "$(dirname "$0")/../../.."
data=$(realpath -m "${1:-data/recipe-from-nothing}")
shared=../shared/data
dotnet build src/RealmWeb.Cli -c Release -v quiet
realm() { src/RealmWeb.Cli/bin/Release/net10.0/realm --data-dir "$data" "$@"; }

# What vocabulary and word vectors are learned from.
mkdir -p "$data"
texts=("$shared"/corpora/{wikipedia-slice,factbook,biology,kubernetes-docs,prometheus-docs}.jsonl.gz
       "$shared"/qa/{squad-train,squad-sample-train,qed-dev,squad-train-sentences}.jsonl.gz samples/encyclopedia/articles)
[ -d "$data/models/small" ] || realm model create small --config models/recipe/from-nothing/model.json --text "${texts[@]}"

# Retriever and reader share no weights: they learn side by side, a core each, which for models this small is faster than two cores in turn.
realm import "$shared/corpora/wikipedia-slice.jsonl.gz" --corpus wiki --model small
realm finetune --corpus wiki --model small --new-model retriever --config models/recipe/from-nothing/retriever.json --threads 1 --resume 2>"$data/retriever.log" &
retriever=$!
realm finetune --model small --new-model reader --config models/recipe/from-nothing/reader.json --threads 1 --resume
wait $retriever || { tail -n 3 "$data/retriever.log" >&2; exit 1; }
[ -d "$data/models/both" ] || realm model combine --retriever retriever --reader reader --name both

realm import --from-questions "$shared"/qa/{squad-train,squad-sample-train,qed-dev}.jsonl.gz --corpus joint --model small
realm import --from-questions "$shared/qa/nq-gold-dev.jsonl.gz" --part 0/2 --corpus joint --model small
# Not trained on: their passages are there for fitting the no-answer threshold.
realm import --from-questions "$shared/qa/nq-gold-dev.jsonl.gz" --part 1/4 --corpus joint --model small
realm import samples/encyclopedia/articles --corpus joint --model small
realm finetune --corpus joint --model both --new-model joint --config models/recipe/from-nothing/joint.json --resume

realm model export joint $data/realm-small --half
