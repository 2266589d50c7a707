using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Files;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Runs;

/// <summary>Why a run cannot be started, as an answer.</summary>
internal static class RunRefusals
{
    /// <returns>Null for a failure that is no refusal.</returns>
    public static ProblemHttpResult? Of(Exception failure, string slug, string title) => failure switch
    {
        CorpusNotFoundException unknown => Problems.UnknownCorpus(unknown.Name),
        ModelNotFoundException unknown => Problems.NotFound("unknown-model", "Unknown model", unknown.Message),
        QuestionSetNotFoundException unknown => Problems.NotFound("unknown-question-set", "Unknown question set", unknown.Message),
        MemoryShortException little => Problems.Conflict("memory-short", "Not enough memory", little.Message),
        ArgumentException bad => Problems.BadRequest(slug, title, Problems.Sentence(bad)),
        _ => null,
    };
}
