using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Models;
using RealmWeb.Data.Runs;

namespace RealmWeb.Data.Upgrades;

/// <summary>What runs of older versions tell about models: which run made one, and what was measured of it.</summary>
public sealed class RunHistory(IDbContextFactory<RealmDbContext> contexts, ModelFolders folders, ModelRegistry registry, EvaluationStore evaluations)
{
    internal void Take()
    {
        using var db = contexts.CreateDbContext();
        var done = db.Runs.AsNoTracking().Where(run => run.State == RunState.Succeeded).OrderBy(run => run.EndedAt).ToList();
        // By age: a base is written down before what was made from it.
        foreach (var model in folders.All().OrderByDescending(model => model.Embedded).ThenBy(model => model.AddedAt))
        {
            // A model of the same name may have been made, deleted and imported since: the one that is there was written before its run ended.
            if (!model.Embedded && done.FindLast(run => RunKinds.Of(run.Kind).Trains && run.Target == model.Name && run.EndedAt >= model.AddedAt) is { } maker)
                registry.Record(model.Name, LineageOf(maker));
            // Hidden behind one of the same name: what was measured was the other.
            if (folders.Find(model.Name) != model)
                continue;
            foreach (var run in done.Where(run => RunKinds.Of(run.Kind).Measures && run.Target == model.Name && Measured(run, model)))
                Take(model, run);
        }
    }

    private static bool Measured(Run run, ModelEntry model) => model.Embedded || run.CreatedAt >= model.AddedAt;

    private void Take(ModelEntry model, Run run)
    {
        var asked = ParametersOf(run);
        var figures = JsonSerializer.Deserialize<Dictionary<string, double>>(run.MetricsJson)!;
        evaluations.Record(
            model,
            new EvaluationRow
            {
                QuestionSet = asked.QuestionSet ?? "",
                Corpus = asked.Corpus ?? "",
                Retriever = asked.Retriever ?? "Hybrid",
                Questions = (int)figures.GetValueOrDefault("n"),
                At = run.EndedAt ?? run.CreatedAt,
                RunId = run.Id,
            },
            figures);
    }

    private static ModelLineage LineageOf(Run run)
    {
        var made = ParametersOf(run);
        return new ModelLineage(
            ModelOrigin.Trained, made.Model, made.Corpus, run.Id,
            new ModelSettings(made.Steps > 0 ? made.Steps : null, made.Seed, made.QuestionSets, made.Settings is { Length: > 0 } ? made.Settings : null),
                run.Kind);
    }

    private static Parameters ParametersOf(Run run) => JsonSerializer.Deserialize<Parameters>(run.ParametersJson)!;

    /// <summary>What trainings and evaluations were started with, as far as it is told here.</summary>
    private sealed record Parameters(
        string? Corpus, string? Model, int Steps, int? Seed, string? Settings, IReadOnlyList<string>? QuestionSets, string? QuestionSet, string? Retriever);
}
