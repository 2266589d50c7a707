using System.Text.Json;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Client.State;

/// <summary>Sends what is said of an item so that it is kept once, however often a connection or an answer gets lost.</summary>
/// <param name="revision">Of the label that is kept; 0 for none.</param>
/// <param name="unanswered">What was sent and may have arrived; it goes again as it was, before anything else.</param>
/// <param name="keep">Called before each request, so that what is on its way outlives this page.</param>
public sealed class LabelSender(RealmApi api, long item, int revision, SaveLabelRequest? unanswered, Func<Task> keep)
{
    public int Revision { get; private set; } = revision;

    public SaveLabelRequest? Unanswered { get; private set; } = unanswered;

    /// <summary>Nobody knows whether the request arrived.</summary>
    public static bool IsUnreached(Problem? problem) => problem is { Status: 0 or 502 or 503 or 504 };

    public static bool SaySame(LabelContent one, LabelContent other) =>
        ReferenceEquals(one, other) || JsonSerializer.Serialize(one) == JsonSerializer.Serialize(other);

    public async Task<Reply<LabelView>> SendAsync(LabelState state, LabelContent content)
    {
        if (Unanswered is { } lost)
        {
            var settled = await PutAsync(lost);
            if (settled.Value is not { } kept || (kept.State == state && SaySame(lost.Content, content))) return settled;
            if (kept.State != LabelState.Draft)
            {
                // It was submitted, and something else was said since.
                if (await ReopenAsync() is { } problem) return new(null, problem);
            }
        }

        return await PutAsync(new SaveLabelRequest(Revision, state, content));
    }

    /// <summary>Makes a draft of what was submitted or discarded.</summary>
    public async Task<Problem?> ReopenAsync()
    {
        var (undone, problem) = await api.UndoAnnotationAsync(item);
        Revision = undone?.Label?.Revision ?? Revision;
        return problem;
    }

    private async Task<Reply<LabelView>> PutAsync(SaveLabelRequest request)
    {
        Unanswered = request;
        await keep();
        var reply = await api.SaveAnnotationAsync(item, request);
        if (!IsUnreached(reply.Problem)) Unanswered = null;
        if (reply.Value is { } label) Revision = label.Revision;
        return reply;
    }
}
