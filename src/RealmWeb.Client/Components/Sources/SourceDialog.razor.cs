using Microsoft.AspNetCore.Components;
using MudBlazor;
using RealmWeb.Client.Components.Schedules;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Sources;

namespace RealmWeb.Client.Components.Sources;

/// <summary>Makes or changes a source: its kind, what belongs to that kind, and when it is read.</summary>
public sealed partial class SourceDialog(RealmApi api)
{
    private const string FilesHelp =
        "Patterns with commas between them, such as docs/**/*.md, README.md; empty for Markdown, reStructuredText, AsciiDoc and text";

    private SourceChoices _choices = new([], [], []);
    private SourceKind _kind = SourceKind.Website;
    private string _name = "";
    private string _address = "";
    private string _prefix = "";
    private int _pages = new WebsiteSettings().MaxPages;
    private int _depth = new WebsiteSettings().MaxDepth;
    private bool _sitemap = true;
    private bool _mainText = true;
    private bool _linked;
    private string _branch = "";
    private string _files = "";
    private int _keepDays;
    private bool _scheduled;
    private Rhythm _rhythm = new(RhythmKind.Daily, new TimeOnly(3, 0));
    private string _timeZone = TimeZoneInfo.Local.Id;
    private bool _enabled = true;
    private bool _busy;
    private Problem? _problem;

    [Parameter, EditorRequired] public string Corpus { get; set; } = "";

    /// <summary>What is changed; null for a new one.</summary>
    [Parameter] public SourceView? Given { get; set; }

    [CascadingParameter] private IMudDialogInstance? Dialog { get; set; }

    private bool MaySave => !_busy && _name.Trim().Length > 0 && _address.Trim().Length > 0;

    private IReadOnlyList<string> Named => _kind == SourceKind.Folder ? _choices.Folders : _choices.Buckets;

    // What is chosen from a list is chosen at once.
    private string First => _kind is SourceKind.Folder or SourceKind.Bucket && Named is [var first, ..] ? first : "";

    private string AddressHelp => _kind switch
    {
        SourceKind.Website => "The first page, such as https://example.org/docs/",
        SourceKind.Feed => "Such as https://example.org/feed.xml",
        _ when _choices.Repositories.Count > 0 => $"By https, or one that the settings name: {string.Join(", ", _choices.Repositories)}",
        _ => "By https, such as https://github.com/example/docs",
    };

    private string[] Patterns => _files.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private SaveSourceRequest Request => new(
        _name.Trim(), _kind, _address.Trim(), _keepDays, _enabled, _scheduled ? new SourceTimes(_rhythm.Cron, _timeZone.Trim()) : null,
        _kind == SourceKind.Website ? new WebsiteSettings(_pages, _depth, _sitemap, _prefix.Trim(), _mainText) : null,
        _kind == SourceKind.Feed ? new FeedSettings(_linked) : null,
        _kind == SourceKind.Git ? new GitSettings(_branch.Trim(), Patterns) : null,
        _kind == SourceKind.Bucket ? new BucketSettings(_prefix) : null);

    protected override async Task OnInitializedAsync()
    {
        if (Given?.Source is { } given)
            Take(given);
        (var choices, _problem) = await api.SourceChoicesAsync(Corpus);
        _choices = choices ?? _choices;
        if (_address.Length == 0) _address = First;
    }

    private void Take(SaveSourceRequest given)
    {
        (_kind, _name, _address, _keepDays, _enabled) = (given.Kind, given.Name, given.Address, given.KeepDays, given.Enabled);
        if (given.Times is { } times)
            (_scheduled, _rhythm, _timeZone) = (true, Rhythm.Of(times.Cron), times.TimeZone);
        if (given.Website is { } site)
            (_pages, _depth, _sitemap, _prefix, _mainText) = (site.MaxPages, site.MaxDepth, site.UseSitemap, site.PathPrefix, site.MainText);
        if (given.Git is { } git)
            (_branch, _files) = (git.Branch, string.Join(", ", git.Files ?? []));
        _linked = given.Feed?.LinkedPages == true;
        _prefix = given.Bucket?.Prefix ?? _prefix;
    }

    private async Task SaveAsync()
    {
        if (!MaySave) return;
        (_busy, _problem) = (true, null);
        var (saved, problem) = await api.SaveSourceAsync(Corpus, Given?.Id, Request);
        (_busy, _problem) = (false, problem);
        if (saved is not null) Dialog?.Close(DialogResult.Ok(saved));
    }
}
