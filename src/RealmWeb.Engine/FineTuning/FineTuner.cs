using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;

namespace RealmWeb.Engine.FineTuning;

/// <summary>What the stages of fine-tuning amount to; null for those that did not run.</summary>
public sealed record FineTuningOutcome(TrainingOutcome? Retriever, TrainingOutcome? Reader, TrainingOutcome? Joint, TrainingOutcome? OpenQa);

/// <summary>Fine-tunes retriever and reader on question lines: embedder on question-passage pairs, then reader on given passages, then reader on
/// what retrieval brings, then both together through retrieval. Paper §3.2; the released code has the last stage alone.</summary>
/// <remarks>Every stage checkpoints by itself; a resumed run skips stages that are complete.</remarks>
public sealed class FineTuner
{
    /// <summary>Share of the development questions, in percent, with an answering passage among the best five; measured where stages retrieve.</summary>
    public const string RecallName = "devRecallAt5";

    private readonly TrainingRun _run;
    private readonly FineTuningOptions _options;
    private readonly FineTuningQuestions _questions;
    private readonly DevelopmentMeasures _development;

    public FineTuner(TrainingRun run, FineTuningOptions options)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        (_run, _options) = (run, options);
        _questions = new FineTuningQuestions(options, run);
        _development = new DevelopmentMeasures(run, options, _questions);
    }

    private RealmModel Model => _run.Model;

    /// <summary>Runs the stages that the options name, in their order.</summary>
    /// <param name="corpus">Corpus that the questions are answered from; null where no stage retrieves.</param>
    public async Task<FineTuningOutcome> RunAsync(SearchableCorpus? corpus)
    {
        Require(_options, corpus);
        var retriever = TrainRetriever(corpus);
        var reader = TrainReader();
        return corpus is not null && FineTuningStages.Retrieve(_options)
            ? await TrainOnRetrievedAsync(corpus, retriever, reader)
            : new FineTuningOutcome(retriever, reader, null, null);
    }

    /// <summary>Says before anything takes time whether there is what the options need.</summary>
    /// <exception cref="InvalidOperationException">There are no questions, or no corpus for a stage that retrieves.</exception>
    public static void Require(FineTuningOptions options, SearchableCorpus? corpus)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Data.Count == 0)
            throw new InvalidOperationException("There are no questions to train on. Name files with --data or in the configuration's \"data\".");
        if (corpus is null && FineTuningStages.Retrieve(options))
            throw new InvalidOperationException(
                "The stages \"joint\" and \"openQa\" train on retrieved passages. Name the corpus with --corpus, or leave them out of the configuration.");
    }

    private TrainingOutcome? TrainRetriever(SearchableCorpus? corpus)
    {
        if (_options.Retriever is not { } training)
            return null;
        var pairs = new QuestionBlockExamples(Model.Inputs, _questions.Training(source => source.Retriever), _options.RetrieverBlockPieces);
        var blocks = corpus?.AllBlocks() ?? [];
        var cloze = blocks.Count == 0 ? null : new InverseClozeExamples(Model.Inputs, blocks, maxBlockLength: _options.RetrieverBlockPieces);
        if (pairs.Count == 0 && cloze is null)
            throw new InvalidOperationException(
                "There is nothing to train the retriever on: no question line has its passage, and no corpus was given. Give question lines with \"context\", "
                    + "or a corpus.");
        var clozeShare = cloze is null ? 0 : pairs.Count == 0 ? 1 : _options.InverseClozeShare;
        var objective = new ContrastiveRetrievalObjective(
            Model.Embedder, Model.Featurizer, training.Seed, training.BatchSize,
            random => random.NextDouble() < clozeShare ? cloze!.Draw(random) : pairs.Draw(random), "Retriever", Model.Device, Model.QueryEmbedder);
        return Train("retriever", objective, training, _development.OfPairs(training));
    }

    private TrainingOutcome? TrainReader()
    {
        if (_options.Reader is not { } training)
            return null;
        var shape = _options.Passages with { MaxLength = Math.Min(_options.Passages.MaxLength, Model.Options.Encoder.MaxPositions) };
        var passages = new PassageExamples(Model.Tokenizer, Model.Features, shape, _questions.Training(source => source.Reader));
        var objective = new SpanReadingObjective(Model.Reader, Model.Featurizer, training.Seed, training.BatchSize, passages.Draw, Model.Device);
        return Train("reader", objective, training, _development.OfReading());
    }

    private async Task<FineTuningOutcome> TrainOnRetrievedAsync(SearchableCorpus corpus, TrainingOutcome? retriever, TrainingOutcome? reader)
    {
        // An index of the model as it is now, beside the corpus's own, which goes on answering.
        var index = BuildIndex(corpus);
        try
        {
            var joint = await TrainJointlyAsync(corpus, index);
            var open = await TrainOpenQaAsync(corpus, index);
            if (_options.OpenQa is { DocumentTower: DocumentTower.Trainable })
            {
                index.Dispose();
                index = BuildIndex(corpus);
            }
            if (_questions.Calibration() is { } questions)
                await new AnsweringFit(_run, _options).RunAsync(server => Answerer(server, corpus, index), questions);
            return new FineTuningOutcome(retriever, reader, joint, open);
        }
        finally
        {
            index.Dispose();
        }
    }

    // The reader, on what retrieval brings for the questions.
    private async Task<TrainingOutcome?> TrainJointlyAsync(SearchableCorpus corpus, DenseBlockIndex index)
    {
        if (_options.Joint is not { } training)
            return null;
        if (_options.DenseFusionWeight is { } weight)
            _run.Change(model => model.WithAnswering(model.Answering with { DenseFusionWeight = weight }));
        StartRelevance();
        await using var server = new ModelServer(Model);
        var answerer = Answerer(server, corpus, index);
        var sets = _questions.Training(source => source.Joint).Select(set => (QuestionSets.Spread(set.Examples, _options.JointQuestions), set.Weight)).ToList();
        var examples = await JointExamples.RetrieveAsync(Model, _options, answerer, sets, _run.Progress, _run.Time, _run.Cancelled);
        var objective = new SpanReadingObjective(
            Model.Reader, Model.Featurizer, training.Seed, training.BatchSize, examples.Draw, Model.Device, "Reader on retrieved passages",
            Model.Answering.NullBias);
        return Train("joint", objective, training, _development.OfAnswers(_ => answerer, RetrieverKind.Hybrid));
    }

    // The mixture is fitted as log odds of answering; the span logits know some of that already, so relevance starts at half of it.
    private void StartRelevance()
    {
        if (Model is { Answering.Mixture: { } mixture, Reader: { RelevanceIsUntrained: true } reader })
            reader.SetRelevance(mixture.Dense / 2, mixture.Lexical / 2);
    }

    // Question embedder and reader together through retrieval, and the block embedder too where the options say so.
    private async Task<TrainingOutcome?> TrainOpenQaAsync(SearchableCorpus corpus, DenseBlockIndex index)
    {
        if (_options.OpenQa is not { } open)
            return null;
        if (index.Count == 0)
            throw new InvalidOperationException("The corpus has no passages to retrieve. Import documents before fine-tuning on it.");
        // It trains "no answer" against the retriever's own relevance, which changes with it: a bias that was fitted beside another would not hold.
        _run.Change(model => model.WithAnswering(model.Answering with { NullBias = 0 }));
        _run.Progress?.Report(new OperationProgress("Looking for the questions' passages", 0, null, "passages", 0));
        var examples = new OpenQaExamples(Model, corpus.Blocks, open.GoldPassages, _questions.Training(source => source.OpenQa), _run.Cancelled);
        if (open.DocumentTower == DocumentTower.Frozen)
            _run.Change(model => model.WithSeparateTowers());
        await using var server = new ModelServer(Model);
        using var refresher = open.DocumentTower == DocumentTower.Frozen ? null : new IndexRefresher(
            Model, corpus.Blocks, corpus.Version, open.Refresh, Path.Combine(_run.FolderOf("openqa"), "refresh"), _run.Resume, open.Training.FarthestBack,
            [IndexFolder], _run.Time, _run.Progress, _run.Cancelled);
        var objective = refresher is null
            ? new OpenQaObjective(Model, open, examples, corpus.Blocks, _ => index, corpus.Terms)
            : new OpenQaObjective(Model, open, examples, corpus.Blocks, step => refresher.At(step).Index, corpus.Terms, () => refresher.Current!.Step);
        return Train("openqa", objective, open.Training, _development.OfAnswers(step => Answerer(server, corpus, IndexAt(step)), open.ReadBeam));

        // That of the moment; a run that goes on with a measurement has none yet: then that of the last step that was taken.
        IBlockIndex IndexAt(long step) => refresher is null ? index : (refresher.Current ?? refresher.At(Math.Max(0, step - 1))).Index;
    }

    private string IndexFolder => _run.FolderOf("index");

    private DenseBlockIndex BuildIndex(SearchableCorpus corpus) => IndexBuilder.BuildAndOpen(
        new IndexRequest(IndexFolder, corpus.Blocks, corpus.Version, Model, _run.Name) { KnownFolders = corpus.IndexFolders }, _run.Time, _run.Progress,
            _run.Cancelled);

    private QuestionAnswerer Answerer(ModelServer server, SearchableCorpus corpus, IBlockIndex index) =>
        new(server, corpus.Blocks, index, corpus.Terms, _run.Time);

    private TrainingOutcome Train(string stage, IObjective objective, TrainingOptions training, Func<long, IReadOnlyDictionary<string, double>>? measure) =>
        _run.Train(stage, objective, training, FineTuningStages.SettingsOf(_options, stage), measure);
}
