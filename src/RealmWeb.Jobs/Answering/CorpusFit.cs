using System.Text.Json;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Models;

namespace RealmWeb.Jobs.Answering;

/// <summary>What was fitted to one corpus, with questions about it, for the answers of one model. It stands with the corpus; a model that computes otherwise
/// answers as it says itself.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its <see cref="RealmModel.AnsweringVersion"/>.</param>
/// <param name="Scaling">Of the confidence.</param>
/// <param name="NullBias">In place of <see cref="AnsweringDefaults.NullBias"/>; null keeps the model's.</param>
/// <param name="Questions">Questions whose answers were judged.</param>
public sealed record CorpusFit(string Model, string Version, PlattScaling Scaling, double? NullBias, int Questions, DateTimeOffset FittedAt)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The fit of a corpus, whatever model it is for; null where there is none or where it cannot be read: answers do not depend on it.</summary>
    public static CorpusFit? Find(CorpusStore corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        try
        {
            return corpus.FindFit() is { } stored ? Parse(stored) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Reads a fit that <see cref="Text"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static CorpusFit Parse(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize<CorpusFit>(text, Format) is not { Model: not null, Version: not null, Scaling: not null } fit)
                throw new InvalidDataException("What was fitted to the corpus names no model or no scaling. Fit it again with `realm calibrate --for-corpus`.");
            fit.Scaling.Validate();
            return fit;
        }
        catch (JsonException trouble)
        {
            throw new InvalidDataException(
                $"What was fitted to the corpus cannot be read: {trouble.Message} Fit it again with `realm calibrate --for-corpus`.", trouble);
        }
    }

    public string Text() => JsonSerializer.Serialize(this, Format);

    /// <summary>How a server's model answers from a corpus: as it says itself, with what was fitted to the corpus where that is for this model.</summary>
    public static AnsweringDefaults For(CorpusStore corpus, ModelServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var answering = server.Model.Answering;
        return Find(corpus) is { } fit && fit.Version == server.AnsweringVersion ? fit.With(answering) : answering;
    }

    /// <summary>A model's answering with this fit.</summary>
    public AnsweringDefaults With(AnsweringDefaults answering)
    {
        ArgumentNullException.ThrowIfNull(answering);
        return answering with
        {
            Scaling = Scaling, NullBias = NullBias ?? answering.NullBias, NoAnswerThreshold = NullBias is null ? answering.NoAnswerThreshold : 0.5,
        };
    }
}
