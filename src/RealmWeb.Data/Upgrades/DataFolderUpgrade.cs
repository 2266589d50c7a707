using RealmWeb.Data.Storage;

namespace RealmWeb.Data.Upgrades;

/// <summary>Takes into the database what versions before it kept elsewhere: promotions in files, and what only runs told about models. Each part
/// is done once; one that was killed is done again from its start and doubles nothing.</summary>
public sealed class DataFolderUpgrade(PromotionFiles promotions, RunHistory history, SettingStore settings)
{
    private const string HistoryTaken = "upgrade:models-from-runs";

    /// <summary>Whether <see cref="Run"/> has something to do; the schema is the newest.</summary>
    public bool IsNeeded() => promotions.AreThere || !HasHistory();

    public void Run()
    {
        if (!HasHistory())
        {
            history.Take();
            settings.SetAsync(HistoryTaken, "done").GetAwaiter().GetResult();
        }
        promotions.Take();
    }

    private bool HasHistory() => settings.FindAsync(HistoryTaken).GetAwaiter().GetResult() is not null;
}
