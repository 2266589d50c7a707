using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using RealmWeb.Client.Components.Shared;
using RealmWeb.Client.Services;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Client.Components.Corpora;

/// <summary>Takes files and folders, checks them against the limits and sends them with progress.</summary>
public sealed partial class UploadPanel(IJSRuntime script, RealmApi api)
{
    private readonly List<string> _refused = [];
    private ElementReference _zone;
    private ElementReference _files;
    private ElementReference _folder;
    private DotNetObjectReference<UploadPanel>? _self;
    private IJSObjectReference? _script;
    private UploadLimits? _limits;
    private Problem? _problem;
    private string _textColumn = "";
    private string _titleColumn = "";
    private bool _prune;
    private bool _keepsAll;
    private int _sending;
    private long _sent;
    private long _total;

    /// <summary>A file as the browser names it before it is sent.</summary>
    public sealed record PickedFile(string Path, long Bytes);

    [Parameter, EditorRequired] public string Corpus { get; set; } = "";

    /// <summary>The server took the files and queued their import.</summary>
    [Parameter] public EventCallback<UploadAccepted> OnAccepted { get; set; }

    // Nearly every ending stands in the list again with .gz and .bz2 behind it: said once for all.
    private string Kinds =>
        string.Join(" ", _limits!.Extensions.Where(ending => !IsCompressed(ending))) + (_limits.Extensions.Any(IsCompressed) ? ", also with .gz or .bz2" : "");

    private bool Sending => _sending > 0;

    [JSInvokable]
    public async Task OnPicked(PickedFile[] files)
    {
        if (Sending) return;
        _problem = null;
        _refused.Clear();
        var accepted = Accept(files);
        (_sending, _sent, _total) = (accepted.Count, 0, accepted.Sum(file => file.Bytes));
        StateHasChanged();
        if (!Sending) return;
        // What could be read and is not sent would be taken for gone.
        _keepsAll = _prune && accepted.Count < files.Count(CanBeRead);
        var address = ApiRoutes.Files(Corpus, _textColumn, _titleColumn, _prune && !_keepsAll).TrimStart('/');
        await _script!.InvokeVoidAsync("send", address, Guid.NewGuid().ToString(), accepted.Select(file => file.Path));
    }

    [JSInvokable]
    public void OnProgress(long sent, long total)
    {
        (_sent, _total) = (sent, total);
        StateHasChanged();
    }

    /// <param name="status">HTTP status; 0 for a lost connection, -1 where the user cancelled.</param>
    [JSInvokable]
    public async Task OnSent(int status, string body)
    {
        _sending = 0;
        if (status is >= 200 and < 300)
            await OnAccepted.InvokeAsync(JsonSerializer.Deserialize<UploadAccepted>(body, JsonSerializerOptions.Web));
        else if (status == 0)
            _problem = new("The connection was lost during the upload, so nothing was stored. Check it, then choose the files again.", 0);
        else if (status > 0)
            _problem = ProblemReader.Read(status, body);
        StateHasChanged();
    }

    protected override async Task RenderedAsync(bool firstRender)
    {
        if (!firstRender) return;
        _self = ReferenceTo(this);
        await using (var module = await script.InvokeAsync<IJSObjectReference>("import", "./js/upload.js"))
            _script = await module.InvokeAsync<IJSObjectReference>("attach", _zone, _files, _folder, _self);
        _limits = (await api.UploadLimitsAsync()).Value;
        StateHasChanged();
    }

    protected override async Task StopScriptsAsync()
    {
        if (_script is not { } attached) return;
        _script = null;
        await attached.InvokeVoidAsync("detach");
        await attached.DisposeAsync();
    }

    private List<PickedFile> Accept(PickedFile[] files)
    {
        var accepted = new List<PickedFile>();
        foreach (var file in files)
        {
            if (Refusal(file, accepted) is { } reason) _refused.Add($"{file.Path}: {reason}");
            else accepted.Add(file);
        }

        return accepted;
    }

    private string? Refusal(PickedFile file, List<PickedFile> accepted) => _limits switch
    {
        // The server checks everything again, so without limits it alone does.
        null => null,
        _ when !CanBeRead(file) => "this kind of file cannot be read",
        { MaxFileBytes: var most } when file.Bytes > most => $"{Wording.Bytes(file.Bytes)} is over the limit of {Wording.Bytes(most)}",
        { MaxFiles: var most } when accepted.Count >= most => $"over the limit of {Wording.Number(most)} files; send it in another upload",
        { MaxRequestBytes: var most } when accepted.Sum(other => other.Bytes) + file.Bytes > most =>
            $"over the limit of {Wording.Bytes(most)} in all; send it in another upload",
        _ => null,
    };

    private bool CanBeRead(PickedFile file) =>
        _limits is null || _limits.Extensions.Any(ending => file.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private bool IsCompressed(string ending) =>
        Path.GetExtension(ending) is ".gz" or ".bz2" && _limits!.Extensions.Contains(Path.GetFileNameWithoutExtension(ending));

    private Task ChooseAsync(bool folder) => _script!.InvokeVoidAsync("choose", folder).AsTask();

    private Task AbortAsync() => _script!.InvokeVoidAsync("abort").AsTask();
}
