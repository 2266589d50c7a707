using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Gates;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Engine.Questions.Labels;
using RealmWeb.Jobs.Evaluation;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Training;

namespace RealmWeb.Jobs.Chains;

/// <summary>The one place where chains are started, stopped, resumed and decided about.</summary>
public sealed class ChainDesk
{
    // Through retrieval, so that question embedder, reader and "no answer" learn together. The stages on given passages leave "no answer" as it was: on
    // documents that the model refuses they teach it words that it then does not say.
    internal const string SettingsForLabels =
        """{"openQa":{"training":{"learningRate":5e-5,"batchSize":4,"warmUpSteps":4},"readerBeamSize":4,"match":"passages","readBeam":"hybrid"}}""";

    private readonly ChainStore _chains;
    private readonly ChainReader _reader;
    private readonly ChainKeeper _keeper;
    private readonly RunLauncher _launcher;
    private readonly RunStore _runs;
    private readonly RunWorks _works;
    private readonly GateRuleStore _gates;
    private readonly CorpusLibrary _corpora;
    private readonly ModelLibrary _models;
    private readonly QuestionSetLibrary _questionSets;
    private readonly TrainingDesk _desk;
    private readonly LabelStore _labels;
    private readonly LabelLessons _lessons;
    private readonly RunForecaster _forecaster;
    private readonly TimeProvider _time;

    internal ChainDesk(
        ChainStore chains, ChainReader reader, ChainKeeper keeper, RunLauncher launcher, RunStore runs, RunWorks works, GateRuleStore gates,
        CorpusLibrary corpora, ModelLibrary models, QuestionSetLibrary questionSets, TrainingDesk desk, LabelStore labels, LabelLessons lessons,
        RunForecaster forecaster, TimeProvider time)
    {
        (_chains, _reader, _keeper, _launcher, _runs, _works, _gates) = (chains, reader, keeper, launcher, runs, works, gates);
        (_corpora, _models, _questionSets, _desk, _labels, _lessons) = (corpora, models, questionSets, desk, labels, lessons);
        (_forecaster, _time) = (forecaster, time);
    }

    /// <summary>Starts a chain.</summary>
    /// <param name="startedBy">User name.</param>
    /// <param name="requestKey">What the requester calls the request: the same key again gives the first one's chain. Null for none.</param>
    /// <exception cref="ArgumentException">It cannot be done; the message says why.</exception>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="QuestionSetNotFoundException">A question set does not exist.</exception>
    public async Task<ChainView> StartAsync(
        StartChainRequest request, string startedBy, string? requestKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (requestKey is not null && await _chains.FindByRequestAsync(requestKey, cancellationToken) is { } before)
            return await _reader.ViewAsync(before, cancellationToken);
        var labels = request.Labels ? await RequireLabelsAsync(request.Corpus, cancellationToken) : null;
        var chain = await PlanAsync(request, labels, cancellationToken);
        (chain.RequestKey, chain.StartedBy) = (requestKey, startedBy);
        try
        {
            await _chains.CreateAsync(chain, cancellationToken);
        }
        catch (DbUpdateException taken)
        {
            if (requestKey is not null && await _chains.FindByRequestAsync(requestKey, cancellationToken) is { } first)
                return await _reader.ViewAsync(first, cancellationToken);
            throw new ArgumentException($"There already is a chain for a model \"{chain.Candidate}\". Choose another name.", nameof(request), taken);
        }
        await _keeper.PublishAsync(chain.Id, cancellationToken);
        _keeper.Wake();
        return await _reader.ViewAsync(chain, cancellationToken);
    }

    /// <summary>Says whether a chain could be started, as if the labels that it is to learn from were there.</summary>
    /// <exception cref="ArgumentException">It could not; the message says why.</exception>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="QuestionSetNotFoundException">A question set does not exist.</exception>
    public Task CheckAsync(StartChainRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return PlanAsync(request, request.Labels ? new ChainLabels(1, 1, 1) : null, cancellationToken);
    }

    /// <summary>Says what a chain would take.</summary>
    /// <exception cref="ArgumentException">It could not be started; the message says why.</exception>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="QuestionSetNotFoundException">A question set does not exist.</exception>
    public async Task<ChainForecast> ForecastAsync(StartChainRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var labels = request.Labels ? await RequireLabelsAsync(request.Corpus, cancellationToken) : null;
        var chain = await PlanAsync(request, labels, cancellationToken);
        var parameters = ChainParameters.Of(chain);
        var links = new List<RunForecast>();
        // A snapshot reads files, which takes no time beside the others.
        foreach (var link in chain.Links.Where(link => link.Kind != ChainLinkKind.Snapshot))
        {
            var run = parameters.RunOf(chain, link);
            links.Add(run is EvaluationParameters evaluation && evaluation.QuestionSet == parameters.HeldOutSet
                ? await _forecaster.OfAsync(evaluation, labels!.HeldOut, cancellationToken) : await _forecaster.OfAsync(run, cancellationToken));
        }
        return new ChainForecast(
            links.Sum(link => link.Seconds) is > 0 and var seconds ? seconds : null, links.Count(link => link.Seconds is null),
            links.Sum(link => link.DiskBytes), links[0].DiskFree, links.Max(link => link.MemoryBytes), links[0].MemoryFree);
    }

    /// <summary>What a chain will do; nothing is begun.</summary>
    private async Task<Chain> PlanAsync(StartChainRequest request, ChainLabels? labels, CancellationToken cancellationToken)
    {
        _corpora.RequirePassages(request.Corpus);
        var production = _models.Pin("");
        var rules = (await _gates.OfAsync(request.Corpus, cancellationToken)).Select(Of).ToList();
        var candidate = request.Candidate is { Length: > 0 } named ? named : await NameAsync(request.Corpus, cancellationToken);
        var heldOut = NameOfSet(candidate, "held-out");
        // A rule about labels that nobody held out stays, and is red: it names the set that was not asked.
        rules = [.. rules.Select(rule => rule.QuestionSet == GateRule.HeldOutLabels ? rule with { QuestionSet = heldOut } : rule)];
        var gateSets = rules.Select(rule => rule.QuestionSet).Concat(request.GateSets ?? []).Where(set => set != heldOut)
            .Concat(labels is { HeldOut: > 0 } ? [heldOut] : Array.Empty<string>()).Distinct().Order(StringComparer.Ordinal).ToList();
        if (gateSets.Count == 0)
            throw new ArgumentException(
                "Nothing would be measured. Choose at least one question set to measure with, or give the corpus a gate.", nameof(request));
        foreach (var set in gateSets.Where(set => set != heldOut))
            _questionSets.Get(set);
        var settings = (request.Settings ?? "").Trim() is { Length: > 0 } given ? given : labels is null ? "" : SettingsForLabels;
        LessonWeights.Require(request.Weights, request.QuestionSets ?? []);
        LessonWeights.Require(request.LabelWeight, "the labels");
        var labelSet = labels is null ? "" : NameOfSet(candidate, "labels");
        var parameters = new ChainParameters(
            [.. request.QuestionSets ?? []], gateSets, rules, request.Steps, settings, request.Seed, request.PromotesWhenGreen, labelSet,
            labels is { HeldOut: > 0 } ? heldOut : "", WeightsOf(request, labelSet));
        await RequireTrainingAsync(parameters.Training(request.Corpus, production, candidate), parameters, cancellationToken);
        return new Chain
        {
            Corpus = request.Corpus,
            Production = production,
            Candidate = candidate,
            ParametersJson = JsonSerializer.Serialize(parameters),
            Links = [.. parameters.Links(production, candidate)],
        };
    }

    /// <summary>Stops a chain that works; its run stops as soon as it can. Nothing happens to one in another state.</summary>
    /// <returns>The chain as it is then; null when there is none.</returns>
    public async Task<ChainView?> CancelAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (await _chains.TryTransitionAsync(id, [ChainState.Running], ChainState.Cancelled, cancellationToken: cancellationToken)
            && await _chains.FindAsync(id, cancellationToken) is { } chain && chain.Links.Find(IsOpen) is { RunId: { } run })
            await _launcher.CancelAsync(run, cancellationToken);
        return await ToldAsync(id, cancellationToken);
    }

    /// <summary>Lets a stopped chain go on at the link where it stopped. Nothing happens to one in another state.</summary>
    /// <returns>The chain as it is then; null when there is none.</returns>
    /// <exception cref="ArgumentException">The run that was cancelled is still stopping.</exception>
    public async Task<ChainView?> ResumeAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (await _chains.FindAsync(id, cancellationToken) is not { } chain)
            return null;
        var link = chain.Links.Find(IsOpen);
        var run = link?.RunId is { } runId ? await _runs.FindAsync(runId, cancellationToken) : null;
        if (ChainTransitions.Resumable.Contains(chain.State))
        {
            if (run is not null && !RunTransitions.IsFinal(run.State))
                throw new ArgumentException($"{RunKinds.Of(run.Kind).Name} is still stopping. Try again in a moment.", nameof(id));
            // One that ended well before it heard of the cancel counts.
            if (link is { State: ChainLinkState.Launched } && run?.State is RunState.Failed or RunState.Cancelled)
                await _chains.TryReopenAsync(link, cancellationToken);
            await _chains.TryTransitionAsync(
                id, ChainTransitions.Resumable, ChainState.Running, set => set.SetProperty(row => row.Error, (string?)null), cancellationToken);
        }
        else if (chain.State == ChainState.Running && run is { State: RunState.Interrupted })
        {
            await _launcher.ResumeAsync(run.Id, cancellationToken);
        }
        _keeper.Wake();
        return await ToldAsync(id, cancellationToken);
    }

    /// <summary>Puts the candidate of a chain that waits in production.</summary>
    /// <param name="evenIfRed">Although the gate does not let it through.</param>
    /// <returns>The chain as it is then; null when there is none.</returns>
    /// <exception cref="ArgumentException">The gate is red.</exception>
    public async Task<ChainView?> PromoteAsync(Guid id, string by, string reason, bool evenIfRed, CancellationToken cancellationToken = default)
    {
        if (await _chains.FindAsync(id, cancellationToken) is not { } chain)
            return null;
        if (chain.State == ChainState.Waiting && chain.Green != true && !evenIfRed)
            throw new ArgumentException("The gate does not let this candidate through. Say that it is to answer all the same.", nameof(evenIfRed));
        if (await _keeper.DecideAsync(id, ChainState.Promoting, by, reason, cancellationToken))
            await _keeper.AdvanceAsync(cancellationToken);
        return await ToldAsync(id, cancellationToken);
    }

    /// <summary>Turns a candidate down: it stays a model like any other.</summary>
    /// <returns>The chain as it is then; null when there is none.</returns>
    public async Task<ChainView?> DismissAsync(Guid id, string by, string reason, CancellationToken cancellationToken = default)
    {
        await _keeper.DecideAsync(id, ChainState.Dismissed, by, reason, cancellationToken);
        return await ToldAsync(id, cancellationToken);
    }

    /// <summary>A chain that is not over and needs a question set; null when there is none.</summary>
    public async Task<ChainView?> FindUseAsync(string questionSet, CancellationToken cancellationToken = default) =>
        (await _reader.ListAsync(1000, cancellationToken)).FirstOrDefault(chain =>
            chain.State is not (ChainState.Promoted or ChainState.Dismissed or ChainState.Waiting)
            && (chain.QuestionSets.Contains(questionSet) || chain.Links.Any(link => link.QuestionSet == questionSet)));

    /// <summary>What the labels of a corpus hold for the next chain.</summary>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    public async Task<ChainLabels> LabelsAsync(string corpus, CancellationToken cancellationToken = default)
    {
        _corpora.Open(corpus);
        var last = (await _reader.ListAsync(1000, cancellationToken)).FirstOrDefault(chain =>
            chain.Corpus == corpus && chain.Labels && !ChainTransitions.Resumable.Contains(chain.State));
        return new ChainLabels(
            await _lessons.CountAsync(corpus, LabelSplit.Train, cancellationToken), await _lessons.CountAsync(corpus, LabelSplit.Test, cancellationToken),
            await _labels.CountAsync(corpus, last?.CreatedAt, cancellationToken));
    }

    private async Task<ChainLabels> RequireLabelsAsync(string corpus, CancellationToken cancellationToken)
    {
        var labels = await LabelsAsync(corpus, cancellationToken);
        return labels.Lessons > 0 ? labels : throw new ArgumentException(
            $"\"{corpus}\" has no label to learn from. Annotate some questions first, or learn from question sets alone.", nameof(corpus));
    }

    // The sets of labels are made by the first link; all else can be checked before.
    private async Task RequireTrainingAsync(TrainingParameters training, ChainParameters parameters, CancellationToken cancellationToken)
    {
        var work = (FineTuneWork)_works.Of(RunKind.FineTune);
        if (parameters.LabelSet.Length == 0 || parameters.QuestionSets.Count > 0)
        {
            await work.PlanAsync(
                training with
                {
                    QuestionSets = parameters.QuestionSets, Weights = null, Exclude = [.. parameters.GateSets.Where(set => set != parameters.HeldOutSet)],
                }, cancellationToken);
            return;
        }
        work.RequireSettings(training);
        await _desk.RequireFreeNameAsync(training.NewModel, cancellationToken);
    }

    private static Dictionary<string, double>? WeightsOf(StartChainRequest request, string labelSet)
    {
        var weights = new Dictionary<string, double>(request.Weights ?? new Dictionary<string, double>());
        if (labelSet.Length > 0)
            weights[labelSet] = request.LabelWeight;
        return weights.Values.All(weight => weight == 1) ? null : weights;
    }

    private static string NameOfSet(string candidate, string what)
    {
        var stem = candidate.Replace('.', '-');
        return $"{stem[..Math.Min(stem.Length, 50)]}-{what}";
    }

    /// <summary>A name for a new model that nothing has: the corpus and the day.</summary>
    private async Task<string> NameAsync(string corpus, CancellationToken cancellationToken)
    {
        var taken = (await _chains.ListAsync(int.MaxValue, cancellationToken)).Select(chain => chain.Candidate)
            .Concat((await _runs.ListAsync(new RunFilter(RunTransitions.Open, Take: 1000), cancellationToken)).Select(run => run.Target)).ToHashSet();
        var day = $"{corpus[..Math.Min(corpus.Length, 40)]}-{_time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
        return Enumerable.Range(1, int.MaxValue).Select(number => number == 1 ? day : string.Create(CultureInfo.InvariantCulture, $"{day}-{number}"))
            .First(name => !taken.Contains(name) && _models.Find(name) is null);
    }

    private async Task<ChainView?> ToldAsync(Guid id, CancellationToken cancellationToken)
    {
        await _keeper.PublishAsync(id, cancellationToken);
        return await _reader.FindAsync(id, cancellationToken);
    }

    private static bool IsOpen(ChainLink link) => link.State != ChainLinkState.Done;

    private static GateRule Of(GateRuleRow row) => new(row.QuestionSet, row.Measure, row.Bound, row.Margin);
}
