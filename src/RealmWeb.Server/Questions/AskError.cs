using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Data.Corpora;
using RealmWeb.Jobs.Answering;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Questions;

/// <summary>What an exception of the engine means for the asker.</summary>
/// <param name="Message">One sentence for people.</param>
internal sealed record AskError(int Status, string Slug, string Title, string Message)
{
    /// <returns>Null for an exception that is no asker's fault.</returns>
    public static AskError? Of(Exception exception) => exception switch
    {
        UnknownCorpusException unknown => new(StatusCodes.Status404NotFound, "unknown-corpus", "Unknown corpus", unknown.Message),
        NoIndexException missing => new(StatusCodes.Status409Conflict, "no-index", "Nothing to search yet", missing.Message),
        NoModelException missing => new(StatusCodes.Status503ServiceUnavailable, "no-model", "No model", missing.Message),
        ModelDamagedException damaged => new(StatusCodes.Status503ServiceUnavailable, "model-damaged", "Model damaged", damaged.Message),
        CorpusDamagedException => new(StatusCodes.Status503ServiceUnavailable, "corpus-damaged", "Corpus damaged",
            "This corpus is damaged and cannot answer. Its page under Corpora tells an administrator what is wrong and how to repair it."),
        ArgumentException bad => new(StatusCodes.Status400BadRequest, "bad-question", "Question refused", Problems.Sentence(bad)),
        _ => null,
    };

    public ProblemHttpResult ToProblem() => Problems.Create(Status, Slug, Title, Message);

    public static string TraceId(HttpContext? context) => Activity.Current?.Id ?? context?.TraceIdentifier ?? "";
}
