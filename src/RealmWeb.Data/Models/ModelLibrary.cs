using RealmWeb.Files;

namespace RealmWeb.Data.Models;

/// <summary>The models that can be used, and which of them answers. The site and the `realm` command may use it at the same time.</summary>
public sealed class ModelLibrary(ModelFolders folders, ModelRegistry registry, PromotionLedger ledger)
{
    /// <summary>All whole models by name; one of the data folder hides a shipped one of the same name.</summary>
    public IReadOnlyList<ModelEntry> List() =>
        [.. folders.All().DistinctBy(model => model.Name).OrderBy(model => model.Name, StringComparer.Ordinal)];

    public ModelEntry? Find(string name) => folders.Find(name);

    /// <exception cref="ModelNotFoundException">There is none of this name.</exception>
    public ModelEntry Get(string name) => Find(name) ?? throw new ModelNotFoundException(name, [.. List().Select(model => model.Name)]);

    /// <summary>The model that answers: the promoted one, else the shipped one; null when there is none at all.</summary>
    public ModelEntry? Production() => InForce(CurrentPromotion());

    /// <summary>The promotion in force; null while the shipped model answers by default.</summary>
    public ModelPromotion? CurrentPromotion() => ledger.Current();

    /// <summary>All promotions, oldest first.</summary>
    public IReadOnlyList<ModelPromotion> Promotions() => ledger.All();

    /// <summary>Puts a model in production and writes it to the ledger.</summary>
    /// <exception cref="ModelNotFoundException">There is none of this name.</exception>
    public ModelPromotion Promote(string name, string by, string reason) =>
        ledger.Append(registry.RowOf(Get(name)), current => InForce(current)?.Name, by, reason);

    /// <summary>Puts the model before the present one back in production.</summary>
    /// <exception cref="InvalidOperationException">No other model was in production before.</exception>
    public ModelPromotion Rollback(string by, string reason)
    {
        var current = CurrentPromotion();
        var previous = current?.Previous is { } name && name != current.Model ? name : null;
        return previous is null
            ? throw new InvalidOperationException("There is no former production model to go back to. Promote a model by name instead.")
            : Promote(previous, by, reason);
    }

    /// <summary>Version of a model's embedder as its index generations carry it; null until an index was built with it.</summary>
    public string? EmbedderOf(ModelEntry model) => registry.RowOf(model).EmbedderVersion;

    /// <summary>Folder for a new model of this name; it does not exist yet.</summary>
    /// <exception cref="ArgumentException">The name is malformed or taken.</exception>
    public string FolderForNew(string name)
    {
        if (!EntryName.IsValidWithDots(name))
            throw new ArgumentException(EntryName.Refusal(name, "a model", dots: true), nameof(name));
        var folder = folders.FolderOf(name);
        if (Directory.Exists(folder) || Find(name) is not null)
            throw new ArgumentException($"There already is a model \"{name}\". Choose another name or delete it first.", nameof(name));
        return folder;
    }

    /// <summary>Removes a model of the data folder, also one that lost its files. What was measured and promoted stays written down.</summary>
    /// <exception cref="ModelNotFoundException">There is none of this name.</exception>
    /// <exception cref="InvalidOperationException">The model is in production or shipped with the program.</exception>
    public void Delete(string name)
    {
        var damaged = registry.Read().Any(model => model.Row.Name == name && model.Entry is null);
        if (!damaged && Get(name).Embedded)
            throw new InvalidOperationException($"The model \"{name}\" is shipped with the program and cannot be deleted.");
        if (Production()?.Name == name)
            throw new InvalidOperationException($"The model \"{name}\" is in production. Promote another one first.");
        registry.Remove(name);
        if (Directory.Exists(folders.FolderOf(name)))
            DurableFolder.Remove(folders.FolderOf(name));
    }

    private ModelEntry? InForce(ModelPromotion? promotion) =>
        (promotion is null ? null : Find(promotion.Model)) ?? List().FirstOrDefault(model => model.Embedded);
}
