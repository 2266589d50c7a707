using Microsoft.AspNetCore.Components;
using MudBlazor;
using RealmWeb.Client.Services;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Pages;

/// <summary>One corpus: its state, the work under way, uploads and documents.</summary>
public sealed partial class CorpusPage(
    RealmApi api, CorporaState corpora, AccountState account, RunsState runs, NavigationManager navigation, IDialogService dialogs, ISnackbar snackbar)
{
    private readonly List<IDisposable> _subscriptions = [];
    private Problem? _problem;
    private string? _loaded;
    private Guid? _run;
    private Guid? _handled;
    private List<string> _outcomes = [];
    private int _version;

    [Parameter] public string Name { get; set; } = "";

    private CorpusSummary? Corpus => corpora.Find(Name);

    private bool MayCurate => Corpus is { Role: >= CorpusRole.Curator };

    private CorporaState Corpora => corpora;

    private AccountState Account => account;

    private RunsState Runs => runs;

    protected override void OnInitialized()
    {
        var changed = EventCallback.Factory.Create(this, StateHasChanged);
        _subscriptions.Add(corpora.OnChange(changed));
        _subscriptions.Add(account.OnChange(changed));
        _subscriptions.Add(runs.OnChange(EventCallback.Factory.Create(this, OnRunsChangedAsync)));
    }

    protected override async Task OnParametersSetAsync()
    {
        if (!RendererInfo.IsInteractive || _loaded == Name) return;
        (_loaded, _run, _outcomes) = (Name, null, []);
        await corpora.SelectAsync(Name);
        await LoadAsync();
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());

    private async Task LoadAsync()
    {
        await corpora.LoadAsync();
        _problem = corpora.Problem ?? (Corpus is null ? new Problem($"There is no corpus {Name}.", 404) : null);
        await account.LoadAsync();
        if (Corpus?.ActiveRun is { } active && active != _run) await FollowAsync(active);
    }

    private async Task FollowAsync(Guid run)
    {
        _run = run;
        await runs.FollowAsync(run);
    }

    private async Task FollowUploadAsync(UploadAccepted upload)
    {
        _outcomes = [];
        await FollowAsync(upload.RunId);
        await corpora.LoadAsync();
    }

    private async Task OnRunsChangedAsync()
    {
        if (_run is not { } id || _handled == id || runs.Find(id) is not { IsFinal: true } run) return;
        _handled = id;
        if (RunKinds.Of(run.Kind).Produces == RunProduct.Documents) await LoadOutcomesAsync(id);
        _version++;
        // The import may have queued the index build: LoadAsync follows what is active now.
        await LoadAsync();
    }

    private async Task AfterSyncAsync()
    {
        _version++;
        await LoadAsync();
    }

    private async Task LoadOutcomesAsync(Guid id)
    {
        var lines = (await api.RunLogAsync(id, 0)).Value ?? [];
        _outcomes = [.. lines.Where(line => !line.Level.StartsWith("Info", StringComparison.OrdinalIgnoreCase)).Select(line => line.Message)];
    }

    private async Task BuildAsync()
    {
        var (started, problem) = await api.BuildIndexAsync(Name);
        _problem = problem;
        if (started is null) return;
        await FollowAsync(started.RunId);
        await corpora.LoadAsync();
    }

    private async Task ForgetFitAsync()
    {
        var sure = await dialogs.ShowMessageBoxAsync("Forget what was fitted?",
            "How sure answers from this corpus are is then said as everywhere else, until it is fitted to an evaluation again.", yesText: "Forget",
            cancelText: "Keep");
        if (sure != true) return;
        _problem = (await api.ForgetFitAsync(Name)).Problem;
        await corpora.LoadAsync();
    }

    private async Task DeleteAsync()
    {
        var sure = await dialogs.ShowMessageBoxAsync("Delete the corpus?",
            $"{Corpus?.Title} and its {Corpus?.Documents:N0} documents are deleted, with all indexes. This cannot be undone.", yesText: "Delete",
                cancelText: "Keep");
        if (sure != true) return;
        _problem = (await api.DeleteCorpusAsync(Name)).Problem;
        if (_problem is not null) return;
        snackbar.Add("Deleted");
        await corpora.LoadAsync();
        navigation.NavigateTo("corpora");
    }
}
