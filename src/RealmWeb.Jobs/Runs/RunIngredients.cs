using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Engine.Retrieval.Index;

namespace RealmWeb.Jobs.Runs;

/// <summary>What a run works with, told when it begins: enough to know later whether two runs had the same.</summary>
internal sealed class RunIngredients(
    CorpusLibrary corpora, ModelLibrary models, ModelRegistry registry, QuestionSetLibrary questionSets, RealmPaths paths, RunWorks works)
{
    // What parameters of several kinds have in common.
    private sealed record Named(string Corpus = "", string Model = "", int? Seed = null);

    /// <summary>What is missing is left out: the work itself says so.</summary>
    public IReadOnlyList<RunDatum> Of(Run run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var named = JsonSerializer.Deserialize<Named>(run.ParametersJson) ?? new Named();
        var data = new List<RunDatum>();
        if (corpora.FindCondition(named.Corpus)?.Info is { } corpus)
        {
            data.Add(new("Corpus", $"{corpus.Name}, {Count(corpus.Documents, "document")}, {Count(corpus.Blocks, "passage")}", corpus.Version));
            if (IndexOf(corpora.Open(corpus.Name)) is { } index)
                data.Add(index);
        }
        if ((named.Model.Length > 0 ? models.Find(named.Model) : RunKinds.Of(run.Kind).Produces is RunProduct.Index ? models.Production() : null) is { } model)
            data.Add(new("Model", model.Name, registry.RowOf(model).WeightsHash));
        foreach (var set in works.Of(run.Kind).QuestionSetsOf(run).Select(questionSets.Find).OfType<QuestionSet>())
        {
            var file = Path.Combine(paths.Root, questionSets.FileOf(set.Name));
            if (File.Exists(file))
                data.Add(new("Questions", $"{set.Name}, {Count(set.Questions, "question")}", HashOf(file)));
        }
        if (named.Seed is { } seed)
            data.Add(new("Seed", seed.ToString(CultureInfo.InvariantCulture)));
        data.Add(new("Program", ProgramVersion()));
        return data;
    }

    private static RunDatum? IndexOf(CorpusStore corpus)
    {
        try
        {
            return IndexFolder.Current(corpus.IndexFolder) is { } generation
                && GenerationManifest.Read(Path.Combine(corpus.IndexFolder, generation)) is var manifest
                ? new RunDatum("Index", $"{Count(manifest.BlockCount, "passage")} by {manifest.Model}", generation) : null;
        }
        catch (IndexException)
        {
            // A damaged one is what the run may be there to repair.
            return null;
        }
    }

    private static string HashOf(string file)
    {
        using var content = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    private static string ProgramVersion() =>
        typeof(RunIngredients).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private static string Count(long number, string thing) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {thing}{(number == 1 ? "" : "s")}");
}
