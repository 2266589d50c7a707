using Microsoft.EntityFrameworkCore;

namespace RealmWeb.Data.Models;

/// <summary>Which model an alias meant from when on. The last line is in force; nothing else says so.</summary>
public sealed class PromotionLedger(IDbContextFactory<RealmDbContext> contexts, TimeProvider time)
{
    /// <summary>The line in force; null while there is none.</summary>
    public ModelPromotion? Current(ModelAlias alias = ModelAlias.Production)
    {
        using var db = contexts.CreateDbContext();
        return Last(db, alias);
    }

    /// <summary>All lines, oldest first.</summary>
    public IReadOnlyList<ModelPromotion> All(ModelAlias alias = ModelAlias.Production)
    {
        using var db = contexts.CreateDbContext();
        return [.. Of(db, alias).OrderBy(row => row.Id).AsEnumerable().Select(PromotionOf)];
    }

    /// <summary>Lets an alias mean another model.</summary>
    /// <param name="previous">Name of the model that the alias means until now, by the line in force.</param>
    public ModelPromotion Append(ModelRow model, Func<ModelPromotion?, string?> previous, string by, string reason, ModelAlias alias = ModelAlias.Production)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(previous);
        using var db = contexts.CreateDbContext();
        // Takes the write lock before it reads: of two at once the second sees the first.
        using var transaction = db.Database.BeginTransaction();
        var row = new PromotionRow
        {
            Alias = alias,
            Model = model.Name,
            ModelId = model.Id,
            Previous = previous(Last(db, alias)),
            Reason = reason,
            By = by,
            At = time.GetUtcNow(),
        };
        db.Promotions.Add(row);
        db.SaveChanges();
        transaction.Commit();
        return PromotionOf(row);
    }

    private static ModelPromotion? Last(RealmDbContext db, ModelAlias alias) =>
        Of(db, alias).OrderByDescending(row => row.Id).FirstOrDefault() is { } row ? PromotionOf(row) : null;

    private static IQueryable<PromotionRow> Of(RealmDbContext db, ModelAlias alias) => db.Promotions.AsNoTracking().Where(row => row.Alias == alias);

    private static ModelPromotion PromotionOf(PromotionRow row) => new(row.Model, row.At, row.By, row.Reason, row.Previous);
}
