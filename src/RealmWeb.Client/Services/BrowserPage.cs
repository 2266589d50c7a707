using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Client.Services;

/// <summary>What only the browser's page can do: focus, scroll, copy. One small script module (js/page.js).</summary>
public sealed class BrowserPage(IJSRuntime script) : IAsyncDisposable
{
    private Task<IJSObjectReference>? _module;

    /// <summary>Text typed into the question box before the page was interactive; empty when none.</summary>
    public async Task<string> TakeDraftAsync() => await (await ModuleAsync()).InvokeAsync<string>("takeDraft");

    public async Task FocusAsync(string elementId, bool selectText = false) =>
        await (await ModuleAsync()).InvokeVoidAsync("focus", elementId, selectText);

    /// <summary>Focuses the element where nothing else has the focus.</summary>
    public async Task FocusUnlessElsewhereAsync(string elementId) => await (await ModuleAsync()).InvokeVoidAsync("focusUnlessElsewhere", elementId);

    public async Task ScrollToAsync(string elementId) => await (await ModuleAsync()).InvokeVoidAsync("scrollTo", elementId);

    public async Task ScrollToEndAsync(ElementReference element) => await (await ModuleAsync()).InvokeVoidAsync("scrollToEnd", element);

    /// <returns>False where the browser did not allow it.</returns>
    public async Task<bool> CopyAsync(string text) => await (await ModuleAsync()).InvokeAsync<bool>("copy", text);

    public async Task<bool> ToggleThemeAsync() => await (await ModuleAsync()).InvokeAsync<bool>("toggleTheme");

    public async Task<bool> IsDarkAsync() => await (await ModuleAsync()).InvokeAsync<bool>("isDark");

    /// <summary>Sends single keys to <paramref name="listener"/>'s <c>OnKey</c> while nobody types; Escape and Ctrl+K always.</summary>
    public async Task<IJSObjectReference> ListenToKeysAsync<T>(DotNetObjectReference<T> listener)
        where T : class => await (await ModuleAsync()).InvokeAsync<IJSObjectReference>("listenToKeys", listener);

    /// <summary>Selected characters of an element, as offsets into its text; null where none are.</summary>
    public async Task<int[]?> SelectedInAsync(ElementReference element) => await (await ModuleAsync()).InvokeAsync<int[]?>("selectedIn", element);

    /// <summary>Tells <paramref name="listener"/>'s <c>OnHeading</c> the number of the heading that the reader is below, -1 above the first.</summary>
    public async Task<IJSObjectReference> WatchHeadingsAsync<T>(DotNetObjectReference<T> listener)
        where T : class => await (await ModuleAsync()).InvokeAsync<IJSObjectReference>("watchHeadings", listener);

    /// <summary>Tells <paramref name="listener"/>'s <c>OnSelected</c> which characters of the element are selected, and its <c>OnArrow</c> of arrow
    /// keys.</summary>
    public async Task<IJSObjectReference> MarkSpansAsync<T>(ElementReference element, DotNetObjectReference<T> listener)
        where T : class => await (await ModuleAsync()).InvokeAsync<IJSObjectReference>("markSpans", element, listener);

    /// <summary>Sends the keys of the annotators' desk to <paramref name="listener"/>'s <c>OnDeskKey</c> while nobody types; what submits, and what saves
    /// with Ctrl, always.</summary>
    public async Task<IJSObjectReference> ListenToDeskKeysAsync<T>(DotNetObjectReference<T> listener, DeskKeys keys)
        where T : class => await (await ModuleAsync()).InvokeAsync<IJSObjectReference>(
            "listenToDeskKeys", listener, keys.All.Select(entry => entry.Key).Where(key => key.Length > 0).ToArray(),
            new[] { keys[DeskAction.SaveDraft] }.Where(key => key.StartsWith("Ctrl+", StringComparison.Ordinal)).ToArray());

    /// <summary>Keeps a label in this browser, over reloads and restarts; nothing happens where the browser keeps nothing.</summary>
    public async Task KeepDraftAsync(string owner, long item, string draft) =>
        await (await ModuleAsync()).InvokeVoidAsync("keepDraft", owner, item, draft);

    public async Task DropDraftAsync(string owner, long item) => await (await ModuleAsync()).InvokeVoidAsync("dropDraft", owner, item);

    public async Task<IReadOnlyList<string>> KeptDraftsAsync(string owner) =>
        await (await ModuleAsync()).InvokeAsync<string[]?>("keptDrafts", owner) ?? [];

    public async ValueTask DisposeAsync()
    {
        if (_module is not { IsCompletedSuccessfully: true }) return;
        try
        {
            await (await _module).DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its modules with it.
        }
    }

    private Task<IJSObjectReference> ModuleAsync() => _module ??= script.InvokeAsync<IJSObjectReference>("import", "./js/page.js").AsTask();
}
