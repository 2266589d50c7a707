using System.Text.Json.Serialization;

namespace RealmWeb.Engine.Models;

/// <summary>How a model's outputs become answers; fitted with the model and stored in its config.json under <c>answering</c>.</summary>
public sealed record AnsweringDefaults
{
    /// <summary>The <see cref="ReadingMargin"/> of a model whose relevance is fitted as log odds (<see cref="Mixture"/>).</summary>
    public const double HardlyRelevant = 10;

    /// <summary>No answer is given when its probability is above this.</summary>
    public double NoAnswerThreshold { get; init; } = 0.5;

    /// <summary>Added to the logit of no answer. Relevance raises the spans of all passages and not "no answer", so that its probability would vanish;
    /// fitted with a threshold of 0.5 by `realm calibrate --false-refusals`.</summary>
    public double NullBias { get; init; }

    /// <summary>Added to the logit of "no answer" of a passage, times what it holds of the question's terms though no one sentence does
    /// (<see cref="TermMatch.Scatter"/>): questions that a passage seems to answer and does not have their words here and there in it. 0
    /// until it was fitted by `realm calibrate --own-passages`.</summary>
    public double NullScatter { get; init; }

    /// <summary>Weight of the dense list in rank fusion; the lexical list has weight 1.</summary>
    public double DenseFusionWeight { get; init; } = 1;

    /// <summary>Candidates taken from each list before fusion.</summary>
    public int Beam { get; init; } = 50;

    /// <summary>What the joint logits are divided by when the confidence of an answer is computed; null until it was fitted on questions
    /// (`realm calibrate`). Which answer is best, and whether one is given, does not depend on it.</summary>
    public double? Temperature { get; init; }

    /// <summary>What becomes of the confidence at <see cref="Temperature"/>; null leaves it. Fitted to one corpus, whose questions may be easier or harder
    /// than those that the temperature was fitted on, and kept with that corpus (`realm calibrate --for-corpus`), never with the model.</summary>
    [JsonIgnore]
    public PlattScaling? Scaling { get; init; }

    /// <summary>How inner products and BM25 are weighed against each other in hybrid retrieval; null until it was fitted (`realm mixture`): the two lists
    /// are then merged by rank.</summary>
    public RetrievalMixture? Mixture { get; init; }

    /// <summary>A block is read when its f(x, z) is at most so many nats below that of the best one; the others are shown unread. At 10 they would begin with
    /// less than a twenty-thousandth of the best one's odds. Null reads all: the bias of "no answer" was fitted with what this lets be read.</summary>
    public double? ReadingMargin { get; init; }

    /// <exception cref="InvalidDataException">A value is out of range; the message names it as in config.json.</exception>
    public void Validate()
    {
        if (Temperature is { } temperature && temperature is not (> 0 and <= 1000))
            throw new InvalidDataException(
                $"answering.temperature is {temperature}; it should be above 0 and at most 1000, or null. Fit it with `realm calibrate`.");
        if (!double.IsFinite(NullBias))
            throw new InvalidDataException($"answering.nullBias is {NullBias}; it should be a number. Fit it with `realm calibrate --false-refusals 0.05`.");
        if (!double.IsFinite(NullScatter))
            throw new InvalidDataException(
                $"answering.nullScatter is {NullScatter}; it should be a number. Fit it with `realm calibrate --own-passages`.");
        if (ReadingMargin is { } margin && !(margin >= 0))
            throw new InvalidDataException($"answering.readingMargin is {ReadingMargin}; it should be 0 or more, for example 10, or null.");
        Mixture?.Validate();
    }
}
