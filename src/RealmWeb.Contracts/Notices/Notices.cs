using System.Text.Json.Serialization;

namespace RealmWeb.Contracts.Notices;

/// <summary>How much a notice matters.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoticeLevel>))]
public enum NoticeLevel
{
    Done,
    Warning,
    Failed,
}

/// <summary>Something that an administrator wants to know: a run ended, a schedule could not start one, or a chain waits for a decision.</summary>
/// <param name="Text">Why, where there is a reason; empty where there is none.</param>
/// <param name="Link">Page that says more, relative to the site's root.</param>
/// <param name="Unread">It came after the account last looked.</param>
public sealed record Notice(string Title, string Text, NoticeLevel Level, string Link, DateTimeOffset At, bool Unread);

/// <summary>The newest notices, newest first.</summary>
/// <param name="Unread">How many came since the account last looked, those that are not in the list included.</param>
public sealed record NoticeList(int Unread, IReadOnlyList<Notice> Notices);

/// <summary>The account has looked.</summary>
/// <param name="At">Time of the newest notice that it saw.</param>
public sealed record NoticesSeenRequest(DateTimeOffset At);
