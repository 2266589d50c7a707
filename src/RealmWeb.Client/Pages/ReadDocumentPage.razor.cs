using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using RealmWeb.Client.Components.Shared;
using RealmWeb.Client.Components.Documents;
using RealmWeb.Client.Services;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Client.Pages;

/// <summary>A document with its outline and a search, and the passage and words that the address names marked; for those who look through documents, where it
/// came from and how its passages are.</summary>
public sealed partial class ReadDocumentPage(
    RealmApi api, CorporaState corpora, AccountState account, BrowserPage page, NavigationManager navigation, ISnackbar snackbar) : ScriptedComponent
{
    private readonly List<IDisposable> _subscriptions = [];
    private readonly List<IJSObjectReference> _listening = [];
    private DotNetObjectReference<ReadDocumentPage>? _self;
    private DocumentText? _text;
    private DocumentView? _document;
    private DocumentDetails? _details;
    private IReadOnlyList<DocumentVersion> _versions = [];
    private Problem? _problem;
    private (string, long)? _loaded;
    private (string, long)? _detailed;
    private string? _shown;
    private string? _scrollTo;
    private string _words = "";
    private IReadOnlyList<TextRange> _hits = [];
    private int _hit = -1;
    private int _heading = -1;
    private bool _watching;
    // The page that is shown as it looks; null while the text is.
    private int? _sheet;

    [Parameter] public string Corpus { get; set; } = "";
    [Parameter] public long Id { get; set; }

    /// <summary>The passage: UTF-16 offsets in the document's text.</summary>
    [SupplyParameterFromQuery(Name = "start")] public string? StartText { get; set; }
    [SupplyParameterFromQuery(Name = "end")] public string? EndText { get; set; }

    /// <summary>The answer words within the passage, in the same offsets.</summary>
    [SupplyParameterFromQuery(Name = "from")] public string? FromText { get; set; }
    [SupplyParameterFromQuery(Name = "to")] public string? ToText { get; set; }

    private CorporaState Corpora => corpora;

    // Texts in the address, because people edit addresses: as numbers a wrong one would fail the whole page.
    private TextRange? Marked => Offset(StartText) is { } start && Offset(EndText) is { } end && start < end && end <= _document!.Text.Length
        ? new(start, end) : null;

    // The words within the passage; null where the address names none.
    private TextRange? Answer => Marked is { } passage && Offset(FromText) is { } from && Offset(ToText) is { } to
        && from >= passage.Start && from < to && to <= passage.End ? new(from, to) : null;

    private int? PageOfMark => Marked is { } passage && _document!.PageStarts.Count > 0 ? PageAt(Answer?.Start ?? passage.Start) : null;

    private bool IsOnTheWeb => Uri.TryCreate(_document!.SourceId, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    private bool Broken => StartText is not null && Marked is null;

    /// <summary>Called by the page's script when the reader comes below another heading.</summary>
    [JSInvokable]
    public void OnHeading(int heading)
    {
        _heading = heading;
        StateHasChanged();
    }

    /// <summary>Called by the page's script with a key that was pressed while nobody types.</summary>
    [JSInvokable]
    public async Task OnKey(string key)
    {
        if (key == "/") await page.FocusAsync(DocumentSearch.InputId, selectText: true);
        else if (key is "j" or "n") await StepAsync(1);
        else if (key == "k") await StepAsync(-1);
        else if (key == "Escape") Search("");
        StateHasChanged();
    }

    // The corpus, and what may be done in it, comes with the list of corpora, which may arrive after the document.
    protected override void OnInitialized()
    {
        _subscriptions.Add(corpora.OnChange(EventCallback.Factory.Create(this, LoadDetailsAsync)));
        _subscriptions.Add(account.OnChange(EventCallback.Factory.Create(this, StateHasChanged)));
    }

    protected override async Task OnParametersSetAsync()
    {
        if (!RendererInfo.IsInteractive) return;
        if (_loaded != (Corpus, Id))
        {
            _loaded = (Corpus, Id);
            await corpora.SelectAsync(Corpus);
            await LoadAsync();
        }
        else if (_document is not null && _shown != navigation.Uri)
            ComeTo();
    }

    protected override async Task RenderedAsync(bool firstRender)
    {
        if (_document is null) return;
        if (!_watching)
        {
            _watching = true;
            _self = ReferenceTo(this);
            _listening.Add(await page.ListenToKeysAsync(_self));
            _listening.Add(await page.WatchHeadingsAsync(_self));
        }
        if (_scrollTo is not { } element) return;
        _scrollTo = null;
        await page.ScrollToAsync(element);
    }

    public override async ValueTask DisposeAsync()
    {
        _subscriptions.ForEach(subscription => subscription.Dispose());
        await base.DisposeAsync();
    }

    protected override async Task StopScriptsAsync()
    {
        foreach (var listening in _listening.ToList())
        {
            _listening.Remove(listening);
            await listening.InvokeVoidAsync("stop");
            await listening.DisposeAsync();
        }
    }

    private async Task LoadAsync()
    {
        (_document, _problem) = await api.DocumentAsync(Corpus, Id);
        (_details, _detailed, _sheet, _versions) = (null, null, null, []);
        if (_document is null) return;
        Search(_words);
        ComeTo();
        if (_document.Version > 1)
            _versions = (await api.DocumentVersionsAsync(Corpus, Id)).Value ?? [];
        await LoadDetailsAsync();
    }

    // Where the address leads: the passage, or a heading.
    private void ComeTo()
    {
        _shown = navigation.Uri;
        _scrollTo = new Uri(_shown).Fragment is { Length: > 1 } fragment ? fragment[1..] : Marked is not null ? "passage" : null;
        if (_sheet is null) return;
        const string Heading = "heading-";
        _sheet = _scrollTo?.StartsWith(Heading, StringComparison.Ordinal) == true && Offset(_scrollTo[Heading.Length..]) is { } start
            ? PageAt(start) : PageOfMark ?? _sheet;
    }

    private async Task LoadDetailsAsync()
    {
        if (_document is not null && _detailed != (Corpus, Id) && corpora.Find(Corpus)?.Role >= CorpusRole.Annotator)
        {
            _detailed = (Corpus, Id);
            await account.LoadAsync();
            _details = (await api.DocumentDetailsAsync(Corpus, Id)).Value;
        }
        StateHasChanged();
    }

    private void Search(string? words)
    {
        _words = words ?? "";
        _hits = _document is null ? [] : TextSearch.Find(_document.Text, _words);
        // From where the reader is.
        var near = _heading >= 0 ? _document!.Headings[_heading].Start : 0;
        _hit = _hits.Count == 0 ? -1 : Math.Max(0, _hits.TakeWhile(hit => hit.Start < near).Count() is var before && before < _hits.Count ? before : 0);
        if (_hit >= 0) _scrollTo = $"hit-{_hit}";
    }

    private void TurnOver() => _sheet = _sheet is null ? PageOfMark ?? (_heading >= 0 ? PageAt(_document!.Headings[_heading].Start) : 1) : null;

    private async Task ToPassageAsync()
    {
        if (_sheet is not null) _sheet = PageOfMark;
        await page.ScrollToAsync(_sheet is null ? "passage" : "page-mark");
    }

    private Task StepAsync(int step)
    {
        var count = Math.Min(_hits.Count, TextSearch.Most);
        if (count == 0) return Task.CompletedTask;
        _hit = (_hit + step + count) % count;
        _scrollTo = $"hit-{_hit}";
        if (_sheet is not null) _sheet = PageAt(_hits[_hit].Start);
        return Task.CompletedTask;
    }

    private async Task CopyLinkAsync()
    {
        var here = $"corpora/{Corpus}/docs/{Id}";
        var address = _text is { } text && await page.SelectedInAsync(text.Element) is [var start, var end] && start < end ? $"{here}?start={start}&end={end}"
            : Marked is null && _heading >= 0 ? $"{here}#heading-{_document!.Headings[_heading].Start}"
            : navigation.ToBaseRelativePath(navigation.Uri);
        snackbar.Add(await page.CopyAsync(navigation.ToAbsoluteUri(address).ToString())
            ? "Link copied" : "The browser did not allow copying. Copy the address of the page.");
    }

    // A page without text begins where the next one does: what stands there is on the last of them.
    private int PageAt(int offset) => Math.Max(1, _document!.PageStarts.Count(start => start <= offset));

    private static int? Offset(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null;
}
