using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RealmWeb.Data.Models;

namespace RealmWeb.Data.Upgrades;

/// <summary>The ledger as files: models/promotions.jsonl, a line a promotion, and models/production.json, the one in force. They are taken in and
/// stay under another name.</summary>
public sealed class PromotionFiles(
    IDbContextFactory<RealmDbContext> contexts, ModelFolders folders, ModelRegistry registry, RealmPaths paths, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private string Pointer => Path.Combine(paths.Models, "production.json");
    private string Ledger => Path.Combine(paths.Models, "promotions.jsonl");

    internal bool AreThere => File.Exists(Pointer) || File.Exists(Ledger);

    /// <summary>Takes in what is not there yet. Lines that cannot be read, as a cut last one, are left in the file that is kept.</summary>
    internal void Take()
    {
        if (!AreThere)
            return;
        var lines = Lines();
        using (var db = contexts.CreateDbContext())
        {
            var known = db.Promotions.AsNoTracking().AsEnumerable().Select(row => (row.Model, row.At)).ToHashSet();
            foreach (var line in lines.Where(line => known.Add((line.Model, line.PromotedAt))))
            {
                db.Promotions.Add(new PromotionRow
                {
                    Model = line.Model,
                    ModelId = folders.Find(line.Model) is { } model ? registry.RowOf(model).Id : null,
                    Previous = line.Previous,
                    By = line.By ?? "",
                    Reason = line.Reason ?? "",
                    At = line.PromotedAt,
                });
            }
            db.SaveChanges();
        }
        SetAside(Ledger);
        SetAside(Pointer);
    }

    // In the order of time, that in force last.
    private List<Line> Lines()
    {
        var lines = File.Exists(Ledger) ? File.ReadLines(Ledger).Select(Read).OfType<Line>().ToList() : [];
        var inForce = File.Exists(Pointer) ? Read(File.ReadAllText(Pointer)) : ShippedAfter(lines);
        if (inForce is not null)
        {
            // A line without effect: the program was killed between ledger and pointer.
            lines.RemoveAll(line => line == inForce);
            lines.Add(inForce);
        }
        return lines;
    }

    // Without the file the shipped model answered, whatever the ledger says.
    private Line? ShippedAfter(List<Line> lines) =>
        lines is [.., var last] && folders.All().FirstOrDefault(model => model.Embedded) is { } shipped
            ? new Line(shipped.Name, time.GetUtcNow(), "", "models/production.json was gone, so the shipped model answered", last.Model)
            : null;

    private static Line? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(json, Json) is { Model.Length: > 0 } line ? line : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void SetAside(string file)
    {
        if (!File.Exists(file))
            return;
        var aside = $"{file}.migrated";
        for (var number = 2; File.Exists(aside); number++)
            aside = $"{file}.migrated-{number}";
        File.Move(file, aside);
    }

    private sealed record Line(string Model, DateTimeOffset PromotedAt, string? By, string? Reason, string? Previous);
}
