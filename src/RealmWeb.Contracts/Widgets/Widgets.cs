namespace RealmWeb.Contracts.Widgets;

/// <summary>A widget as it shall be.</summary>
/// <param name="Name">What admins call it; visitors do not see it.</param>
/// <param name="Corpora">Those that it may ask, at least one; the first answers where the page names none.</param>
/// <param name="Origins">Sites whose pages may show it, each as https://host; none switches the widget off.</param>
/// <param name="AsksPerMinute">Questions a minute, of all its visitors together.</param>
/// <param name="AsksPerDay">Questions a day in UTC, of all its visitors together.</param>
/// <param name="Flags">Visitors may say whether an answer is right.</param>
/// <param name="OpensRestricted">Corpora among them that are for chosen people are asked all the same, by everybody who sees the widget.</param>
public sealed record SaveWidgetRequest(
    string Name, IReadOnlyList<string> Corpora, IReadOnlyList<string> Origins, int AsksPerMinute = 30, int AsksPerDay = 1000, bool Flags = false,
    bool OpensRestricted = false);

/// <summary>A widget.</summary>
/// <param name="Id">Stands in the pages that show it; no secret.</param>
/// <param name="Origins">As browsers compare them: scheme, host in ASCII, port.</param>
/// <param name="AskedToday">Questions of this day in UTC.</param>
public sealed record WidgetView(
    string Id, string Name, IReadOnlyList<string> Corpora, IReadOnlyList<string> Origins, int AsksPerMinute, int AsksPerDay, bool Flags,
    string MadeBy, DateTimeOffset MadeAt, int AskedToday)
{
    /// <summary>Corpora for chosen people that it was told to open to its visitors.</summary>
    public IReadOnlyList<string> Opened { get; init; } = [];

    /// <summary>Corpora that are for chosen people by now: its visitors do not ask them until it is saved again.</summary>
    public IReadOnlyList<string> Closed { get; init; } = [];
}

/// <summary>What lets a widget ask for a short time.</summary>
/// <param name="Token">Goes with each question as Authorization: Bearer.</param>
/// <param name="Seconds">How long it is good for.</param>
public sealed record WidgetToken(string Token, int Seconds);
