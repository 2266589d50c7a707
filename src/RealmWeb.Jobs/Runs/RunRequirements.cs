using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;

namespace RealmWeb.Jobs.Runs;

/// <summary>What several kinds of runs need before they are queued.</summary>
internal static class RunRequirements
{
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static void RequirePassages(this CorpusLibrary corpora, string corpus)
    {
        if (corpora.Open(corpus).Info().Blocks == 0)
            throw new ArgumentException($"The corpus \"{corpus}\" has no passages. Put documents into it first.", nameof(corpus));
    }

    /// <summary>The named model, or the one in production now: while a run waits another may come into production.</summary>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    /// <exception cref="ArgumentException">There is no model at all.</exception>
    public static string Pin(this ModelLibrary models, string name) => name.Length > 0
        ? models.Get(name).Name
        : models.Production()?.Name ?? throw new ArgumentException("No model is installed. Import one with `realm model import`.", nameof(name));
}
