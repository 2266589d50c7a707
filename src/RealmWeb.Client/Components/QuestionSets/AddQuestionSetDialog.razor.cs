using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using RealmWeb.Client.Components.Shared;
using RealmWeb.Client.Services;
using RealmWeb.Contracts;
using RealmWeb.Contracts.QuestionSets;

namespace RealmWeb.Client.Components.QuestionSets;

/// <summary>Takes one file of questions and a name, sends it, and shows which lines the server could not use.</summary>
public sealed partial class AddQuestionSetDialog(IJSRuntime script)
{
    private ElementReference _zone;
    private ElementReference _file;
    private DotNetObjectReference<AddQuestionSetDialog>? _self;
    private IJSObjectReference? _script;
    private PickedFile? _picked;
    private Problem? _problem;
    private string _name = "";
    private bool _named;
    private bool _busy;
    private long _sent;
    private long _total;

    /// <summary>A file as the browser names it before it is sent.</summary>
    public sealed record PickedFile(string Path, long Bytes);

    [CascadingParameter] private IMudDialogInstance? Dialog { get; set; }

    private bool Complete => !_busy && _picked is not null && _name.Length > 0;

    // Refused for some of its lines; the others are fine.
    private bool Salvageable => _problem?.Kind == "bad-questions";

    [JSInvokable]
    public void OnPicked(PickedFile[] files)
    {
        if (_busy) return;
        (_picked, _problem) = (files[0], null);
        // The name follows the file until somebody writes one.
        if (!_named) _name = NameOf(files[0].Path);
        StateHasChanged();
    }

    [JSInvokable]
    public void OnProgress(long sent, long total)
    {
        (_sent, _total) = (sent, total);
        StateHasChanged();
    }

    /// <param name="status">HTTP status; 0 for a lost connection, -1 where the dialog was closed.</param>
    [JSInvokable]
    public void OnSent(int status, string body)
    {
        _busy = false;
        if (status is >= 200 and < 300)
            Dialog?.Close(DialogResult.Ok(JsonSerializer.Deserialize<QuestionSetSummary>(body, JsonSerializerOptions.Web)));
        else if (status >= 0)
            _problem = status == 0 ? Problem.Unreachable : ProblemReader.Read(status, body);
        StateHasChanged();
    }

    protected override async Task RenderedAsync(bool firstRender)
    {
        if (!firstRender) return;
        _self = ReferenceTo(this);
        await using (var module = await script.InvokeAsync<IJSObjectReference>("import", "./js/upload.js"))
            _script = await module.InvokeAsync<IJSObjectReference>("attach", _zone, _file, null, _self);
        StateHasChanged();
    }

    protected override async Task StopScriptsAsync()
    {
        if (_script is not { } attached) return;
        _script = null;
        await attached.InvokeVoidAsync("detach");
        await attached.DisposeAsync();
    }

    private Task ChooseAsync() => _script!.InvokeVoidAsync("choose", false).AsTask();

    private async Task SendAsync(bool lenient)
    {
        if (!Complete) return;
        (_busy, _problem, _sent, _total) = (true, null, 0, _picked!.Bytes);
        await _script!.InvokeVoidAsync(
            "send", ApiRoutes.AddQuestionSet(_name.Trim(), lenient).TrimStart('/'), Guid.NewGuid().ToString(), new[] { _picked.Path });
    }

    private static string NameOf(string path)
    {
        var name = Path.GetFileName(path).ToLowerInvariant();
        return Wording.Slug(name[..(name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? dot : name.Length)]);
    }
}
