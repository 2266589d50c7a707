#!/usr/bin/env bash
# Trains the shipped model from the pretrained base; see README.md in this folder. Usage: models/recipe/train.sh [DATA_DIR]
set -euo pipefail
cd "$(dirname "$0")/../.."
data=$(realpath -m "${1:-data/recipe}")
questions=../shared/data/qa
dotnet build src/RealmWeb.Cli -c Release -v quiet
mkdir -p data
realm() { src/RealmWeb.Cli/bin/Release/net10.0/realm --data-dir "$data" "$@"; }

# The encoder as its makers trained it: it stays the retriever, and the reader begins with it.
[ -d "$data/models/start" ] || realm model import models/bases/arctic-xs --name start --config models/recipe/start.json

realm finetune --model start --new-model reader --config models/recipe/reader.json --threads 1 --resume
realm finetune --model reader --new-model second --config models/recipe/second.json --threads 1 --resume

# Passages of the questions that are asked through retrieval, of those that are measured (never trained on), and the sample.
realm import --from-questions "$questions"/{squad-train,squad-sample-train,squadshifts-new-wiki,tydiqa-en-train}.jsonl.gz --corpus passages --model second
realm import --from-questions "$questions"/{nq-gold-dev,squad-dev}.jsonl.gz --corpus passages --model second
realm import samples/encyclopedia/articles --corpus passages --model second
realm index build --corpus passages --model second

# Relevance is what the mixture says. Questions that were asked in view of a text, whose words it has, and questions that were asked without one.
[ -d "$data/models/mixed" ] || realm mixture --corpus passages --model second --new-model mixed --data "$questions/squad-train.jsonl.gz" \
  --also passages="$questions/tydiqa-en-train.jsonl.gz" --limit 450

# The reader learns to choose among what retrieval brings, with the bias of "no answer" that this corpus needs in its loss.
[ -d "$data/models/choosing" ] || realm calibrate --corpus passages --model mixed --new-model choosing \
  --data "$questions/nq-gold-dev.jsonl.gz" --part 1/4 --limit 160 --false-refusals 0.05
realm finetune --corpus passages --model choosing --new-model joint --config models/recipe/joint.json --threads 1 --resume
# Halfway back to the reader of the first stage: what it says of everyday questions is kept, and most of what the others learnt.
[ -d "$data/models/averaged" ] || realm model average --model joint --with reader --share 0.5 --name averaged

# A third cycle, with questions altered so that their passage only seems to answer them, and halfway back again: weights between two ends read better than either.
realm finetune --model averaged --new-model third --config models/recipe/third.json --threads 1 --resume
[ -d "$data/models/halfway" ] || realm model average --model third --with averaged --share 0.5 --name halfway

# A fourth with 6,800 questions of SQuAD's training set more, of which only the answering sentence is known: the answer is what the reader finds there, and the
# passage is the sentence among others of its article.
dotnet run -c Release --project bench/RealmWeb.Lab -- --data-dir "$data" sentences --model halfway \
  --data "$questions/squad-train-sentences.jsonl.gz" --out data/sentences.jsonl
realm finetune --model halfway --new-model fourth --config models/recipe/fourth.json --threads 1 --resume
[ -d "$data/models/final" ] || realm model average --model fourth --with halfway --share 0.5 --name final

# Relevance anew, among as many passages as a large corpus has and on three kinds of questions; halves that nothing is measured on.
realm import ../shared/data/corpora/{squad-articles,nq-gold-passages,wikipedia-slice}.jsonl.gz --corpus big --model final
realm index build --corpus big --model final
realm mixture --corpus big --model final --data "$questions/squad-train.jsonl.gz" \
  --also passages="$questions/tydiqa-en-train.jsonl.gz" big="$questions/nq-gold-dev.jsonl.gz" --part 0/2 --limit 450 --rarity 0.15
# How much it speaks for "no answer" that a passage holds a question's terms apart; the other half of these questions measures it.
realm calibrate --corpus encyclopedia --model final --data samples/encyclopedia/questions/train.jsonl --part 0/2 \
  --own-passages "$questions"/{squad-dev,squad2-unanswerable-dev}.jsonl.gz

# Where the line between an answer and none lies depends on the size of a corpus: it is fitted for the sample, where everybody begins. How sure an answer is
# depends on it less, and is fitted on both.
realm import samples/encyclopedia/articles --corpus encyclopedia --model final
realm index build --corpus encyclopedia --model final
realm calibrate --corpus encyclopedia --model final --data samples/encyclopedia/questions/train.jsonl --false-refusals 0.012
realm calibrate --corpus passages --model final --data "$questions/nq-gold-dev.jsonl.gz" --part 1/4 --limit 160 \
  --also encyclopedia=samples/encyclopedia/questions/train.jsonl

realm model export final models/realm-arctic --base arctic-xs
rm -f models/realm-arctic/vocab.txt   # the build puts that of the base beside the weights

# What was fitted to the sample stands beside it and holds for these very weights, so the build has to have them first.
dotnet build src/RealmWeb.Cli -c Release -v quiet
realm calibrate --corpus encyclopedia --model realm-arctic --data samples/encyclopedia/questions/train.jsonl --for-corpus --out samples/encyclopedia/fit.json
