using Microsoft.AspNetCore.Components;
using MudBlazor;
using RealmWeb.Client.Components.Chains;
using RealmWeb.Client.Services;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Pages;

/// <summary>One chain: its links as they work, the gate's report, and the decision.</summary>
public sealed partial class ChainPage(RealmApi api, RunsState runs, IDialogService dialogs, ISnackbar snackbar) : IDisposable
{
    private IDisposable? _subscription;
    private Guid? _followed;
    private GateReport? _report;
    private Problem? _reportProblem;
    private bool _busy;

    [Parameter] public Guid ChainId { get; set; }

    private RealmApi Api => api;

    private RunsState Runs => runs;

    private ChainView? Chain => runs.FindChain(ChainId);

    /// <summary>A run that was broken off too often waits for somebody.</summary>
    private RunSnapshot? Interrupted =>
        Chain?.Current?.Run is { } run && (runs.Find(run.Id) ?? run) is { State: RunState.Interrupted } interrupted ? interrupted : null;

    protected override void OnInitialized() => _subscription = runs.OnChange(EventCallback.Factory.Create(this, OnChangedAsync));

    protected override Task OnParametersSetAsync()
    {
        if (!RendererInfo.IsInteractive || _followed == ChainId) return Task.CompletedTask;
        (_followed, _report) = (ChainId, null);
        return FollowAsync();
    }

    public void Dispose() => _subscription?.Dispose();

    private Task FollowAsync() => runs.FollowChainAsync(ChainId);

    private Task OnChangedAsync() =>
        Chain is { Green: not null } && _report is null && _reportProblem is null ? LoadReportAsync() : Task.CompletedTask;

    private async Task LoadReportAsync() => (_report, _reportProblem) = await api.ChainGateAsync(ChainId);

    private async Task StopAsync()
    {
        if (await dialogs.ShowMessageBoxAsync(
            "Stop the chain?", "The run at work stops after the step it is in. The chain can be resumed there.", yesText: "Stop it",
            cancelText: "Let it run") == true)
            await SendAsync(() => api.CancelChainAsync(ChainId));
    }

    private Task PromoteAsync() => DecideAsync(
        $"Promote {Chain!.Candidate}?", "It answers every question from now on. The model before can be brought back with one click.", "Promote",
        Chain.Green != true, request => api.PromoteChainAsync(ChainId, request));

    private Task DismissAsync() => DecideAsync(
        $"Dismiss {Chain!.Candidate}?", "The chain is over. The model stays on the list of models.", "Dismiss", false,
        request => api.DismissChainAsync(ChainId, request));

    private async Task DecideAsync(string title, string text, string action, bool red, Func<DecideRequest, Task<Reply<object>>> decide)
    {
        var parameters = new DialogParameters<DecideDialog>
        {
            { dialog => dialog.Title, title }, { dialog => dialog.Text, text }, { dialog => dialog.Action, action }, { dialog => dialog.Red, red },
        };
        var shown = await dialogs.ShowAsync<DecideDialog>(title, parameters, new DialogOptions { MaxWidth = MaxWidth.ExtraSmall, FullWidth = true });
        if (await shown.GetReturnValueAsync<DecideRequest>() is { } request) await SendAsync(() => decide(request));
    }

    private async Task SendAsync(Func<Task<Reply<object>>> send)
    {
        _busy = true;
        if ((await send()).Problem is { } problem) snackbar.Add(problem.Message, Severity.Error);
        _busy = false;
    }
}
