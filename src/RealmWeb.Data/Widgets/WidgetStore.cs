using Microsoft.EntityFrameworkCore;

namespace RealmWeb.Data.Widgets;

/// <summary>Widgets, and how often each was asked.</summary>
public sealed class WidgetStore(IDbContextFactory<RealmDbContext> contexts)
{
    // The days before are of no use to a limit; a month is kept for whoever wonders what came.
    private const int KeptDays = 31;

    /// <summary>By name, each with the questions of a day.</summary>
    public async Task<IReadOnlyList<(Widget Widget, int Asks)>> ListAsync(DateOnly day, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var asks = await db.WidgetDays.AsNoTracking().Where(count => count.Day == day)
            .ToDictionaryAsync(count => count.WidgetId, count => count.Asks, cancellationToken);
        var widgets = await db.Widgets.AsNoTracking().OrderBy(widget => widget.Name).ToListAsync(cancellationToken);
        return [.. widgets.Select(widget => (widget, asks.GetValueOrDefault(widget.Id)))];
    }

    public async Task<Widget?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Widgets.AsNoTracking().FirstOrDefaultAsync(widget => widget.Id == id, cancellationToken);
    }

    /// <summary>A widget that visitors can use now, with the corpora that it may ask now: one that was restricted since the widget was saved is left out.
    /// Null when there is none, it is switched off, or no corpus is left.</summary>
    public async Task<Widget?> FindUsableAsync(string id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Widgets.AsNoTracking().FirstOrDefaultAsync(widget => widget.Id == id, cancellationToken) is not { Origins.Count: > 0 } widget)
            return null;
        var closed = await db.RestrictedCorpora.Select(row => row.Corpus).ToListAsync(cancellationToken);
        widget.Corpora.RemoveAll(corpus => closed.Contains(corpus) && !widget.Opened.Contains(corpus));
        return widget.Corpora.Count > 0 ? widget : null;
    }

    /// <summary>Names of the widgets that ask a corpus, where it is restricted those that were told to.</summary>
    public async Task<IReadOnlyList<string>> AskingAsync(string corpus, bool restricted, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var widgets = await db.Widgets.AsNoTracking().OrderBy(widget => widget.Name).ToListAsync(cancellationToken);
        return [.. widgets.Where(widget => (restricted ? widget.Opened : widget.Corpora).Contains(corpus)).Select(widget => widget.Name)];
    }

    public async Task AddAsync(Widget widget, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Widgets.Add(widget);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <returns>The changed widget; null when it is gone.</returns>
    public async Task<Widget?> ChangeAsync(string id, Action<Widget> change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Widgets.FirstOrDefaultAsync(widget => widget.Id == id, cancellationToken) is not { } widget)
            return null;
        change(widget);
        await db.SaveChangesAsync(cancellationToken);
        return widget;
    }

    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Widgets.Where(widget => widget.Id == id).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    /// <summary>Counts a question, unless the day has had its number.</summary>
    public async Task<bool> TryCountAsync(Widget widget, DateOnly day, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(widget);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await CountAsync(db, widget, day, cancellationToken))
            return true;
        // The first question of the day, or one too many. Of two firsts at once one finds the row there.
        if (await db.WidgetDays.AnyAsync(count => count.WidgetId == widget.Id && count.Day == day, cancellationToken))
            return false;
        await db.WidgetDays.Where(count => count.Day < day.AddDays(-KeptDays)).ExecuteDeleteAsync(cancellationToken);
        db.WidgetDays.Add(new WidgetDay { WidgetId = widget.Id, Day = day, Asks = 1 });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException)
        {
            return await CountAsync(db, widget, day, cancellationToken);
        }
    }

    private static async Task<bool> CountAsync(RealmDbContext db, Widget widget, DateOnly day, CancellationToken cancellationToken) =>
        await db.WidgetDays.Where(count => count.WidgetId == widget.Id && count.Day == day && count.Asks < widget.AsksPerDay)
            .ExecuteUpdateAsync(set => set.SetProperty(count => count.Asks, count => count.Asks + 1), cancellationToken) == 1;
}
