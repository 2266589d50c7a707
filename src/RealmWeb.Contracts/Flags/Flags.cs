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

/// <summary>Whether answers can be flagged.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Flagging>))]
public enum Flagging
{
    /// <summary>The site keeps no questions, so that nobody can look at one again.</summary>
    Off,

    /// <summary>Accounts may; whoever asks is not signed in.</summary>
    SignIn,

    /// <summary>Whoever asks may.</summary>
    On,
}

/// <summary>What an asker says of an answer, whole: it takes the place of what they said of it before.</summary>
/// <param name="Answer">Of the answer words; null where nothing is said of them.</param>
/// <param name="NotInDocuments">The corpus does not hold the answer.</param>
/// <param name="Passages">What is said of passages, by their number in the evidence.</param>
/// <param name="Place">Where the answer stands; null where the asker points at nothing.</param>
/// <param name="Note">At most 500 characters.</param>
public sealed record FlagRequest(
    AnswerVerdict? Answer = null, bool NotInDocuments = false, IReadOnlyDictionary<int, PassageVerdict>? Passages = null, MarkedPlace? Place = null,
    string Note = "")
{
    public const int LongestNote = 500;

    /// <summary>Without the note: what is written to a log must not hold it.</summary>
    public override string ToString() => $"{nameof(FlagRequest)}: {Answer}, {Passages?.Count ?? 0} passages";
}

/// <summary>Words in a passage of the corpus.</summary>
/// <param name="BlockId">Content hash of the passage.</param>
/// <param name="Start">First character in the passage's text, UTF-16.</param>
/// <param name="End">Exclusive.</param>
public sealed record MarkedPlace(long DocumentId, string BlockId, int Start, int End);

/// <summary>A flag as it is kept.</summary>
/// <param name="Place">Null where the asker pointed at nothing.</param>
/// <param name="PlaceText">The marked words; null with <paramref name="Place"/>.</param>
/// <param name="Outcome">What came of it; null while it waits for an annotator.</param>
/// <param name="LabelId">The label that it became; null where there is none.</param>
/// <param name="Model">The model that was asked again after another was promoted; null while none was.</param>
/// <param name="ModelFinds">Whether that model finds the right passage first.</param>
public sealed record FlagView(
    AnswerVerdict? Answer, bool NotInDocuments, IReadOnlyDictionary<int, PassageVerdict> Passages, MarkedPlace? Place, string? PlaceText, string Note,
    DateTimeOffset CreatedAt, DateTimeOffset ChangedAt, FlagOutcome? Outcome, long? LabelId, string? Model, bool? ModelFinds);

/// <summary>A flag of one's own, with the question that it is about.</summary>
/// <param name="AnswerId">As in the answer.</param>
/// <param name="Words">The answer words; null when there was no answer.</param>
public sealed record OwnFlag(Guid AnswerId, string Corpus, string Question, string? Words, DateTimeOffset AskedAt, FlagView Flag);

/// <summary>A passage that was found by words.</summary>
/// <param name="BlockId">Content hash.</param>
/// <param name="DocumentStart">Offset of <paramref name="Text"/> in the document's normalised text, UTF-16.</param>
public sealed record FoundPassage(string BlockId, long DocumentId, string Title, string Text, int DocumentStart);
