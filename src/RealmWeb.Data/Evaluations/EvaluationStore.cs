using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using RealmWeb.Data.Access;
using RealmWeb.Data.Models;

namespace RealmWeb.Data.Evaluations;

/// <summary>What was measured of models, by the site's runs and at the command line.</summary>
public sealed class EvaluationStore(IDbContextFactory<RealmDbContext> contexts, ModelRegistry registry)
{
    // A figure over no questions is no number.
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Keeps an evaluation of a model. A run that is done again after an interruption has one all the same: the last.</summary>
    public void Record(ModelEntry model, EvaluationRow evaluation, IReadOnlyDictionary<string, double> figures)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        evaluation.ModelId = registry.RowOf(model).Id;
        evaluation.FiguresJson = JsonSerializer.Serialize(figures, Json);
        using var db = contexts.CreateDbContext();
        using var transaction = db.Database.BeginTransaction();
        if (evaluation.RunId is { } run)
            db.Evaluations.Where(row => row.RunId == run).ExecuteDelete();
        db.Evaluations.Add(evaluation);
        db.SaveChanges();
        transaction.Commit();
    }

    /// <summary>All evaluations of a model, newest first.</summary>
    public IReadOnlyList<EvaluationRow> Of(ModelRow model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var db = contexts.CreateDbContext();
        return [.. db.Evaluations.AsNoTracking().Where(row => row.ModelId == model.Id).OrderByDescending(row => row.Id)];
    }

    /// <summary>The newest evaluation of each model that has one, by the model's row.</summary>
    public IReadOnlyDictionary<Guid, EvaluationRow> Newest()
    {
        using var db = contexts.CreateDbContext();
        var newest = db.Evaluations.GroupBy(row => row.ModelId).Select(rows => rows.Max(row => row.Id));
        return db.Evaluations.AsNoTracking().Where(row => newest.Contains(row.Id)).ToDictionary(row => row.ModelId);
    }

    /// <summary>The newest evaluations with the names of their models, newest first.</summary>
    /// <param name="run">Only what this run measured; null for all.</param>
    public IReadOnlyList<(EvaluationRow Evaluation, string Model)> List(CorpusScope scope, Guid? run, int take)
    {
        var (allBut, names) = scope;
        using var db = contexts.CreateDbContext();
        var evaluations = db.Evaluations.Where(row => (run == null || row.RunId == run) && names.Contains(row.Corpus) != allBut);
        return [.. Named(db, evaluations).OrderByDescending(found => found.Evaluation.Id).Take(take)
            .AsEnumerable().Select(found => (found.Evaluation, found.Model))];
    }

    /// <summary>An evaluation with the name of its model; null when there is none.</summary>
    public (EvaluationRow Evaluation, string Model)? Find(long id)
    {
        using var db = contexts.CreateDbContext();
        return Named(db, db.Evaluations.Where(row => row.Id == id)).SingleOrDefault() is { } found ? (found.Evaluation, found.Model) : null;
    }

    private static IQueryable<NamedEvaluation> Named(RealmDbContext db, IQueryable<EvaluationRow> evaluations) =>
        from evaluation in evaluations.AsNoTracking()
        join model in db.Models on evaluation.ModelId equals model.Id
        select new NamedEvaluation { Evaluation = evaluation, Model = model.Name };

    private sealed class NamedEvaluation
    {
        public required EvaluationRow Evaluation { get; init; }
        public required string Model { get; init; }
    }

    public static IReadOnlyDictionary<string, double> FiguresOf(EvaluationRow evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        return JsonSerializer.Deserialize<Dictionary<string, double>>(evaluation.FiguresJson, Json) ?? [];
    }
}
