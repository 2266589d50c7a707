using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Jobs.Answering;

/// <summary>Fits the confidence of a corpus to what an evaluation found of the model in production.</summary>
public sealed class CorpusFitting
{
    private readonly CorpusLibrary _corpora;
    private readonly ModelLibrary _library;
    private readonly OpenModels _models;
    private readonly TimeProvider _time;

    internal CorpusFitting(CorpusLibrary corpora, ModelLibrary library, OpenModels models, TimeProvider time) =>
        (_corpora, _library, _models, _time) = (corpora, library, models, time);

    /// <summary>Fits slope and offset, and stores them with the corpus; a bias of "no answer" that was fitted to it for this model stays.</summary>
    /// <param name="model">Name of the model that was evaluated.</param>
    /// <param name="measuredAt">When.</param>
    /// <returns>What was fitted, and what confidence was and is worth on these questions.</returns>
    /// <exception cref="CorpusFitException">The evaluation does not say how sure the model in production is now, or its answers say nothing of it.</exception>
    public async Task<(CorpusFit Fit, CalibrationReport Before, CalibrationReport After)> FitAsync(
        string corpus, string model, DateTimeOffset measuredAt, IReadOnlyList<QuestionOutcome> outcomes, CancellationToken cancellationToken)
    {
        var store = _corpora.Find(corpus) ?? throw new CorpusFitException($"The corpus \"{corpus}\" is gone. Evaluate on one that is there.");
        if (_library.Production() is not { } production || production.Name != model)
            throw new CorpusFitException(
                $"The model {model} is not the one in production, whose answers people see. Promote it and fit then, or fit to an evaluation of that one.");
        if (new[] { production.ConfigFile, production.WeightsFile }.Any(file => File.GetLastWriteTimeUtc(file) > measuredAt.UtcDateTime))
            throw new CorpusFitException($"The model {model} was changed since this evaluation. Evaluate it again, then fit.");
        await using var use = await _models.OpenAsync(production, cancellationToken);
        var version = use.Value.AnsweringVersion;
        var former = CorpusFit.Find(store) is { } found && found.Version == version ? found : null;
        if (former?.FittedAt > measuredAt)
            throw new CorpusFitException($"The corpus \"{corpus}\" was fitted after this evaluation already. Evaluate again to fit it to other answers.");
        try
        {
            var (scaling, after) = PlattFit.Fit(outcomes);
            var fit = new CorpusFit(model, version, scaling, former?.NullBias, after.Questions, _time.GetUtcNow());
            store.SetFit(fit.Text());
            return (fit, CalibrationReport.Of(outcomes), after);
        }
        catch (ArgumentException useless)
        {
            throw new CorpusFitException(useless.Message.Split(" (Parameter")[0]);
        }
    }

    /// <summary>Forgets what was fitted to a corpus: each model answers there as it says itself.</summary>
    /// <returns>False when there is no such corpus.</returns>
    public bool Forget(string corpus)
    {
        if (_corpora.Find(corpus) is not { } store)
            return false;
        store.SetFit(null);
        return true;
    }
}

/// <summary>A corpus cannot be fitted to an evaluation; the message says why and what to do.</summary>
public sealed class CorpusFitException(string message) : Exception(message);
