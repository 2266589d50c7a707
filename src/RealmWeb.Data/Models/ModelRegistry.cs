using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;

namespace RealmWeb.Data.Models;

/// <summary>A model that is written down.</summary>
/// <param name="Entry">Its folder; null while it is damaged.</param>
/// <param name="Damage">What is wrong and what to do; null when it is whole.</param>
public sealed record RegisteredModel(ModelRow Row, ModelEntry? Entry, string? Damage);

/// <summary>The models as rows. Folders come first: one without a row is written down when it is found, by whichever process finds it.</summary>
public sealed class ModelRegistry(IDbContextFactory<RealmDbContext> contexts, ModelFolders folders, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>All models by name; one of the data folder hides a shipped one of the same name.</summary>
    public IReadOnlyList<RegisteredModel> Read()
    {
        var whole = folders.All().Select(entry => new RegisteredModel(RowOf(entry), entry, null)).ToList();
        var found = whole.Select(model => model.Row.Id).ToHashSet();
        using var db = contexts.CreateDbContext();
        var lost = Live(db).AsNoTracking().ToList().Where(row => !found.Contains(row.Id)).ToList();
        var damaged = lost.Where(row => !row.Shipped).Select(row => new RegisteredModel(row, null, folders.DamageOf(row.Name)));
        return [.. whole.Concat(damaged).OrderBy(model => model.Row.Shipped).DistinctBy(model => model.Row.Name)
            .OrderBy(model => model.Row.Name, StringComparer.Ordinal)];
    }

    /// <summary>Writes down how a model came to be; its files are there already.</summary>
    /// <exception cref="ModelNotFoundException">They are not.</exception>
    public ModelRow Record(string name, ModelLineage lineage) =>
        Settle(folders.Find(name) ?? throw new ModelNotFoundException(name, [.. folders.All().Select(model => model.Name)]), lineage);

    /// <summary>The row of a model, made if there is none.</summary>
    public ModelRow RowOf(ModelEntry entry) => Settle(entry, lineage: null);

    /// <summary>Writes down the version of a model's embedder, by which its index generations are found without loading it.</summary>
    public void RecordEmbedder(ModelEntry entry, string version)
    {
        var row = RowOf(entry);
        using var db = contexts.CreateDbContext();
        db.Models.Where(model => model.Id == row.Id && model.EmbedderVersion != version)
            .ExecuteUpdate(set => set.SetProperty(model => model.EmbedderVersion, version));
    }

    /// <summary>What a model was made with.</summary>
    public static ModelSettings SettingsOf(ModelRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return JsonSerializer.Deserialize<ModelSettings>(row.SettingsJson, Json) ?? new ModelSettings();
    }

    /// <summary>Ends the row of a model of the data folder.</summary>
    /// <returns>False when there was none.</returns>
    internal bool Remove(string name)
    {
        using var db = contexts.CreateDbContext();
        return Live(db).Where(row => row.Name == name && !row.Shipped).ExecuteUpdate(set => set.SetProperty(row => row.RemovedAt, time.GetUtcNow())) > 0;
    }

    private ModelRow Settle(ModelEntry entry, ModelLineage? lineage)
    {
        try
        {
            return TrySettle(entry, lineage);
        }
        catch (DbUpdateException)
        {
            // Another process wrote it down meanwhile: now its row is found.
            return TrySettle(entry, lineage);
        }
    }

    private ModelRow TrySettle(ModelEntry entry, ModelLineage? lineage)
    {
        using var db = contexts.CreateDbContext();
        var row = Live(db).FirstOrDefault(row => row.Name == entry.Name && row.Shipped == entry.Embedded);
        var written = new DateTimeOffset(File.GetLastWriteTimeUtc(entry.WeightsFile), TimeSpan.Zero);
        if (row is not null && lineage is null && row.WeightsBytes == entry.Bytes && row.WeightsWrittenAt == written)
            return row;
        // Before the transaction: reading weights takes its time, and others want to write.
        var hash = HashOf(entry.WeightsFile);
        using var transaction = db.Database.BeginTransaction();
        if (row is not null && row.WeightsHash != hash)
        {
            row.RemovedAt = time.GetUtcNow();
            db.SaveChanges();
            row = null;
        }
        if (row is null)
        {
            row = new ModelRow
            {
                Id = Guid.CreateVersion7(time.GetUtcNow()),
                Name = entry.Name,
                Shipped = entry.Embedded,
                WeightsHash = hash,
                Origin = entry.Embedded ? ModelOrigin.Shipped : ModelOrigin.Added,
                CreatedAt = entry.AddedAt,
            };
            db.Models.Add(row);
        }
        (row.WeightsBytes, row.WeightsWrittenAt) = (entry.Bytes, written);
        if (lineage is not null)
            Apply(db, row, lineage);
        db.SaveChanges();
        transaction.Commit();
        return row;
    }

    private static void Apply(RealmDbContext db, ModelRow row, ModelLineage lineage)
    {
        (row.Origin, row.Training, row.Base, row.Corpus, row.RunId) = (lineage.Origin, lineage.Training, lineage.Base, lineage.Corpus, lineage.RunId);
        row.BaseId = lineage.Base is null
            ? null
            : Live(db).Where(other => other.Name == lineage.Base && other.Id != row.Id).OrderBy(other => other.Shipped).Select(other => (Guid?)other.Id)
                .FirstOrDefault();
        row.SettingsJson = JsonSerializer.Serialize(lineage.Settings ?? new ModelSettings(), Json);
    }

    private static IQueryable<ModelRow> Live(RealmDbContext db) => db.Models.Where(row => row.RemovedAt == null);

    private static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
