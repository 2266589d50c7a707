using System.Text.Json.Serialization;

namespace RealmWeb.Contracts.Flags;

/// <summary>What an asker says of the answer words.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AnswerVerdict>))]
public enum AnswerVerdict
{
    Right,
    Wrong,
}

/// <summary>What an asker says of a passage that was shown, whatever they think of the answer words.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PassageVerdict>))]
public enum PassageVerdict
{
    /// <summary>It holds the answer.</summary>
    Answers,

    /// <summary>It has nothing to do with the question.</summary>
    DoesNotBelong,
}

/// <summary>What came of a flag.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FlagOutcome>))]
public enum FlagOutcome
{
    /// <summary>An annotator made a label of it.</summary>
    Labelled,

    /// <summary>An annotator looked at it and made none.</summary>
    Declined,
}
