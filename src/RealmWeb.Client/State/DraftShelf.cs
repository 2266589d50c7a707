using System.Text.Json;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Client.State;

/// <summary>What was said of an item and is not known to be on the server.</summary>
/// <param name="Revision">Of the label that it goes on from.</param>
/// <param name="State">What it is to become: a draft, or what was submitted or discarded while the connection was lost.</param>
/// <param name="Found">Passages that were looked up and are part of it.</param>
/// <param name="Unanswered">What was sent and may have arrived.</param>
public sealed record KeptDraft(
    long Item, string Question, int Revision, LabelState State, LabelContent Content, IReadOnlyList<AnnotationPassage> Found, SaveLabelRequest? Unanswered);

/// <summary>A kept draft that the server does not take.</summary>
public sealed record RefusedDraft(KeptDraft Draft, string Why);

/// <summary>Labels of one annotator that this browser keeps until the server has them: a page that is closed or loses its connection loses nothing.</summary>
/// <param name="owner">User name, for several people may share a browser; asked for when something is kept, because pages are made before it is known.</param>
public sealed class DraftShelf(BrowserPage page, RealmApi api, Func<string> owner)
{
    /// <summary>Drafts that wait for the connection; those of an open item are not among them.</summary>
    public IReadOnlyList<KeptDraft> Waiting { get; private set; } = [];

    /// <summary>Drafts that the server refuses. Their annotator opens or drops them.</summary>
    public IReadOnlyList<RefusedDraft> Refused { get; private set; } = [];

    public Task KeepAsync(KeptDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return page.KeepDraftAsync(owner(), draft.Item, JsonSerializer.Serialize(draft, JsonSerializerOptions.Web));
    }

    public async Task DropAsync(long item)
    {
        await page.DropDraftAsync(owner(), item);
        Waiting = [.. Waiting.Where(draft => draft.Item != item)];
        Refused = [.. Refused.Where(refused => refused.Draft.Item != item)];
    }

    /// <summary>What is kept of an item that is opened now: it is said there, and no longer among those that wait.</summary>
    public KeptDraft? TakeOut(long item)
    {
        var draft = Waiting.Concat(Refused.Select(refused => refused.Draft)).FirstOrDefault(draft => draft.Item == item);
        Waiting = [.. Waiting.Where(other => other.Item != item)];
        Refused = [.. Refused.Where(other => other.Draft.Item != item)];
        return draft;
    }

    /// <summary>Sends what is kept, but for the items that are open: those send theirs by themselves.</summary>
    public async Task SendAsync(IReadOnlyCollection<long> open)
    {
        var waiting = new List<KeptDraft>();
        var refused = new List<RefusedDraft>();
        foreach (var draft in (await page.KeptDraftsAsync(owner())).Select(Read).OfType<KeptDraft>().Where(draft => !open.Contains(draft.Item)))
        {
            // The server is gone: the others need not be tried.
            var problem = waiting.Count > 0 ? Problem.Unreachable : await SendAsync(draft);
            if (problem is null) await page.DropDraftAsync(owner(), draft.Item);
            else if (LabelSender.IsUnreached(problem) || problem.NotAllowed || problem.Status == 429) waiting.Add(draft);
            else refused.Add(new(draft, problem.Message));
        }

        (Waiting, Refused) = (waiting, refused);
    }

    private async Task<Problem?> SendAsync(KeptDraft draft)
    {
        LabelSender? sender = null;
        sender = new LabelSender(
            api, draft.Item, draft.Revision, draft.Unanswered, () => KeepAsync(draft with { Revision = sender!.Revision, Unanswered = sender.Unanswered }));
        var (_, problem) = await sender.SendAsync(draft.State, draft.Content);
        // Somebody else has the item: the server kept it as a draft all the same.
        return problem is { Kind: "hold-lost" } ? null : problem;
    }

    // What another version of the site wrote, and this one cannot read, stays where it is.
    private static KeptDraft? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<KeptDraft>(text, JsonSerializerOptions.Web) is { Content: not null } draft ? draft : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
