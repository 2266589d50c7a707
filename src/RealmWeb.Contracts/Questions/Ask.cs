using System.Text.Json.Serialization;

namespace RealmWeb.Contracts.Questions;

/// <summary>How passages are found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Retriever>))]
public enum Retriever
{
    /// <summary>Dense and lexical together.</summary>
    Hybrid,

    /// <summary>Inner product of learned vectors.</summary>
    Dense,

    /// <summary>BM25 over terms.</summary>
    Lexical,
}

/// <summary>A question as an asker sends it.</summary>
/// <param name="Question">1 to 1,000 characters.</param>
/// <param name="Corpus">Name of the corpus; empty for the default one.</param>
/// <param name="K">Passages to retrieve, 1 to 20; those that are hardly relevant beside the best stay unread.</param>
public sealed record AskRequest(string Question, string Corpus = "", int K = 5, Retriever Retriever = Retriever.Hybrid)
{
    /// <summary>Without the question: what is written to a log must not hold it, and SignalR writes arguments there when it is told to say all.</summary>
    public override string ToString() => $"{nameof(AskRequest)} to \"{Corpus}\", k {K}, {Retriever}";
}

/// <summary>A passage with what the model thinks of it.</summary>
/// <param name="Number">Place in its list, from 1; an answer may order the passages that were found anew.</param>
/// <param name="BlockId">Content hash of the passage; what everything else is keyed by.</param>
/// <param name="DocumentId">Document in its corpus.</param>
/// <param name="Text">The passage, plain text.</param>
/// <param name="DocumentStart">Offset of <paramref name="Text"/> in the document's normalised text, UTF-16.</param>
/// <param name="Start">Start of the answer words in <paramref name="Text"/>, UTF-16; null while not read or where the passage holds none.</param>
/// <param name="End">One past the end of the answer words in <paramref name="Text"/>; null with <paramref name="Start"/>.</param>
/// <param name="RetrievalScore">f(x, z), before the softmax.</param>
/// <param name="RetrievalProbability">p(z|x).</param>
/// <param name="ReaderProbability">p(y|z,x) of the marked words; null while not read, and of a passage that stays unread.</param>
/// <param name="Share">p(z|x) · p(y|z,x) of the marked words; null where <paramref name="ReaderProbability"/> is.</param>
public sealed record EvidencePassage(
    int Number, string BlockId, long DocumentId, string Title, string Text, int DocumentStart, int? Start, int? End,
    double RetrievalScore, double RetrievalProbability, double? ReaderProbability, double? Share)
{
    /// <summary>The marked words read like the answer, but for case, punctuation and articles. False while not read and where no answer is given.</summary>
    public bool Agrees { get; init; }

    /// <summary>Page of the document that the marked words stand on, or that the passage begins on, from 1; null where the document has no pages.</summary>
    public int? Page { get; init; }

    /// <summary>Heading of the document that the marked words stand below, or that the passage begins below; null where the document has pages, and where no
    /// heading stands above or near.</summary>
    public string? Heading { get; init; }

    /// <summary>Address on the web that the document came from; null where it came from elsewhere.</summary>
    public string? Source { get; init; }
}

/// <summary>Answer words with their probability summed over the passages that hold them.</summary>
public sealed record AnswerCandidate(string Text, double Score, int Passages);

/// <summary>Milliseconds of each stage, measured at the server.</summary>
public sealed record StageTimings(double Encode, double Search, double Read, double Total);

/// <summary>What was answered, and from what.</summary>
/// <param name="Answer">The answer words; null when the corpus does not seem to hold an answer.</param>
/// <param name="NoAnswer">The model prefers no answer over its best span.</param>
/// <param name="Confidence">Score of the answer in 0..1: p(y|x), at the model's fitted temperature where it has one (<see cref="Calibrated"/>).</param>
/// <param name="NullMass">Probability of no answer.</param>
/// <param name="Candidates">Other answers with their mass, best first, the answer included.</param>
/// <param name="Evidence">The passage that the answer comes from, then the others by p(z|x); without an answer, the nearest first.</param>
/// <param name="Generation">Index generation that was searched; empty where terms alone were.</param>
public sealed record AskResponse(
    string Question, string Corpus, string? Answer, bool NoAnswer, double Confidence, double NullMass,
    IReadOnlyList<AnswerCandidate> Candidates, IReadOnlyList<EvidencePassage> Evidence,
    StageTimings Timings, string Model, string Generation)
{
    /// <summary>What this answer is known by; where questions are kept, the one it answers is kept under it.</summary>
    public Guid Id { get; init; }

    /// <summary>Confidence was fitted to how often the model's answers are right; only then may it be called confidence.</summary>
    public bool Calibrated { get; init; }
}

/// <summary>Stages of an answer in their order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AskStage>))]
public enum AskStage
{
    Encoding,
    Searching,
    Reading,
}

/// <summary>A stage began.</summary>
/// <param name="Blocks">Passages searched or read in this stage; 0 while encoding.</param>
/// <param name="ElapsedMs">Milliseconds since the question arrived.</param>
public sealed record AskProgress(AskStage Stage, long Blocks, double ElapsedMs);

/// <summary>One message of the answer stream; exactly one of the fields is set.</summary>
/// <param name="Stage">A stage began.</param>
/// <param name="Evidence">Retrieval returned: the passages, not read yet.</param>
/// <param name="Answer">The end of the stream.</param>
/// <param name="Failure">The end of the stream where no answer could be worked out.</param>
public sealed record AskUpdate(
    AskProgress? Stage, IReadOnlyList<EvidencePassage>? Evidence, AskResponse? Answer, AskFailure? Failure = null);

/// <summary>Why a question could not be answered. Sent as a message and not thrown, so that the trace id reaches the asker.</summary>
/// <param name="Message">One sentence for people: what happened and what to do.</param>
/// <param name="TraceId">What the server's log calls this request.</param>
/// <param name="RetryAfterSeconds">Too many questions: seconds to wait; null for any other failure.</param>
public sealed record AskFailure(string Message, string TraceId, double? RetryAfterSeconds = null);

/// <summary>A question that was asked, with what came back.</summary>
/// <param name="Id">As in <see cref="AskResponse.Id"/>.</param>
/// <param name="AskedBy">User name; empty for somebody who was not signed in.</param>
public sealed record QuestionRecord(
    Guid Id, string Corpus, string Question, string? Answer, bool NoAnswer, double Confidence, string Model, string Generation, string AskedBy,
        DateTimeOffset AskedAt);
