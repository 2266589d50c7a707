using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Evaluation;
using RealmWeb.Jobs.Training;

namespace RealmWeb.Jobs.Runs;

/// <summary>From what is asked for on the wire to what runs are started with.</summary>
public static class RunRequests
{
    /// <summary>The one place that knows which orders can be carried out without anything being sent; a kind that is new is entered here.</summary>
    /// <exception cref="ArgumentException">The kind cannot, or its request is missing.</exception>
    public static IRunParameters ParametersOf(RunOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var kind = RunKinds.Of(order.Kind);
        return kind.Produces switch
        {
            RunProduct.Index => new IndexBuildParameters(Required(order.IndexOf, kind, "indexOf")),
            RunProduct.Documents when !kind.IsSent => ParametersOf(Required(order.Sync, kind, "sync")),
            RunProduct.Figures => ParametersOf(Required(order.Evaluation, kind, "evaluation")),
            RunProduct.Model => ParametersOf(Required(order.Training, kind, "training") with { Kind = order.Kind }),
            _ => throw new ArgumentException(
                $"{kind.Name} cannot be scheduled. Use one of {string.Join(", ", RunKinds.Where(other => other.StartsAlone))}.", nameof(order)),
        };
    }

    /// <exception cref="ArgumentException">The kind is no training, or the number of steps cannot be used.</exception>
    public static IRunParameters ParametersOf(StartTrainingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!RunKinds.Of(request.Kind).Trains)
        {
            throw new ArgumentException(
                $"{request.Kind} is no training. Use one of {string.Join(", ", RunKinds.Where(kind => kind.Trains))}.", nameof(request));
        }
        var settings = request.Settings ?? "";
        if (request.Steps < (settings.Length > 0 ? 0 : 1))
            throw new ArgumentException($"The number of steps is {request.Steps}. Use at least 1, or 0 for what the settings say.", nameof(request));
        if (request is { Weights.Count: > 0, Kind: not RunKind.FineTune })
            throw new ArgumentException($"{RunKinds.Of(request.Kind).Name} knows no weights of question sets. Leave them out.", nameof(request));
        return new TrainingParameters(
            request.Corpus, request.Steps, request.Model, request.NewModel, request.QuestionSets, Seed: request.Seed, Settings: settings,
            Weights: request.Weights)
        {
            Kind = request.Kind,
        };
    }

    public static IRunParameters ParametersOf(StartEvaluationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new EvaluationParameters(request.Corpus, request.QuestionSet, request.Model, request.Retriever, request.Limit);
    }

    public static IRunParameters ParametersOf(StartSyncRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new SyncParameters(request.Corpus, request.Folder, request.DryRun, request.Source);
    }

    private static T Required<T>(T? part, RunKindInfo kind, string name)
        where T : class =>
        part ?? throw new ArgumentException($"{kind.Name} needs the part \"{name}\" of what is run. Fill it in.", nameof(part));
}
