using Microsoft.AspNetCore.Components;
using MudBlazor;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Components.Runs.Starting;

/// <summary>Chooses a kind of run, shows its form and starts it; the dialog's result is the run.</summary>
public sealed partial class StartRunDialog(RealmApi api)
{
    // Documents are sent from the page of their corpus.
    private static readonly RunKindInfo[] Kinds = [.. RunKinds.All.Where(kind => kind.StartsAlone)];

    private readonly RunDraft _draft = new();
    private DynamicComponent? _form;
    private RunKind _kind;
    private RunChoices _choices = new([], [], null);
    private bool _complete;
    private RunOrder? _order;
    private bool _busy;
    private Problem? _problem;

    [Parameter, EditorRequired] public IReadOnlyList<CorpusSummary> Corpora { get; set; } = [];

    /// <summary>What the dialog offers first.</summary>
    [Parameter] public RunKind Kind { get; set; } = Kinds[0].Kind;

    /// <summary>The dialog offers nothing else than <see cref="Kind"/>, and is called so.</summary>
    [Parameter] public bool Alone { get; set; }

    /// <summary>Corpus that the dialog offers first: the one that the user asks.</summary>
    [Parameter] public string? Corpus { get; set; }

    /// <summary>Model that the dialog offers first; empty for the one in production.</summary>
    [Parameter] public string Model { get; set; } = "";

    [CascadingParameter] private IMudDialogInstance? Dialog { get; set; }

    private string Title => Chosen is { Measures: true } ? "Evaluate a model" : Chosen.Name;

    private RunKindInfo Chosen => RunKinds.Of(_kind);

    private bool MayStart => _complete && !_busy;

    private Dictionary<string, object> FormParameters => new()
    {
        [nameof(RunForm.Kind)] = Chosen,
        [nameof(RunForm.Choices)] = _choices,
        [nameof(RunForm.Draft)] = _draft,
        [nameof(RunForm.OrderChanged)] = EventCallback.Factory.Create<RunOrder?>(this, order => _order = order),
        [nameof(RunForm.CompleteChanged)] = EventCallback.Factory.Create<bool>(this, complete => _complete = complete),
    };

    protected override async Task OnInitializedAsync()
    {
        _kind = Kind;
        _draft.Corpus = (Corpora.FirstOrDefault(corpus => corpus.Name == Corpus) ?? Corpora.FirstOrDefault(corpus => corpus.Blocks > 0)
            ?? (Corpora is [var first, ..] ? first : null))?.Name ?? "";
        _choices = new(Corpora, [], null);
        var (models, sets) = (api.ModelsAsync(), api.QuestionSetsAsync());
        (var list, _problem) = await models;
        _choices = new(Corpora, list ?? [], (await sets).Value);
        // Only now is the model among the options that the list can show as chosen.
        _draft.Model = Model;
    }

    private async Task StartAsync()
    {
        if (!MayStart || _form?.Instance is not RunForm form) return;
        (_busy, _problem) = (true, null);
        var (started, problem) = await api.StartAsync(form.Order);
        (_busy, _problem) = (false, problem);
        if (started is not null) Dialog?.Close(DialogResult.Ok(started));
    }
}
