using Microsoft.AspNetCore.Components;
using MudBlazor;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Client.Components.Chains;

/// <summary>Asks what a chain learns from and measures with, and starts it; the dialog's result is the chain.</summary>
public sealed partial class StartChainDialog(RealmApi api)
{
    private readonly ChainDraft _draft = new();
    private bool _busy;
    private Problem? _problem;

    [Parameter, EditorRequired] public IReadOnlyList<CorpusSummary> Corpora { get; set; } = [];

    /// <summary>Corpus that the dialog offers first; empty for the first one.</summary>
    [Parameter] public string Corpus { get; set; } = "";

    /// <summary>Labels are chosen from the start.</summary>
    [Parameter] public bool Labels { get; set; }

    [CascadingParameter] private IMudDialogInstance? Dialog { get; set; }

    private bool MayStart => !_busy && _draft.Complete;

    protected override void OnInitialized() => (_draft.Corpus, _draft.Labels) = (Corpus, Labels);

    private async Task StartAsync()
    {
        if (!MayStart) return;
        (_busy, _problem) = (true, null);
        var (started, problem) = await api.StartChainAsync(_draft.Request);
        (_busy, _problem) = (false, problem);
        if (started is not null) Dialog?.Close(DialogResult.Ok(started));
    }
}
