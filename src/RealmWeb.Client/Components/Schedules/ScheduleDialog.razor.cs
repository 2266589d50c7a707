using Microsoft.AspNetCore.Components;
using MudBlazor;
using RealmWeb.Client.Components.Chains;
using RealmWeb.Client.Components.Runs.Starting;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;

namespace RealmWeb.Client.Components.Schedules;

/// <summary>Makes or changes a schedule: what is run, with the form that starts it by hand, and when.</summary>
public sealed partial class ScheduleDialog(RealmApi api)
{
    private const string ChainKind = "chain";

    private static readonly RunKindInfo[] Kinds = [.. RunKinds.All.Where(kind => kind.StartsAlone)];

    // Names of the cities, not those of laws and ships.
    private static readonly string[] Zones =
        [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => id == "UTC" || id.Contains('/')).Order(StringComparer.Ordinal)];

    private readonly RunDraft _draft = new();
    private DynamicComponent? _form;
    private RunChoices _choices = new([], [], null);
    private readonly ChainDraft _chain = new();
    private int? _minNewLabels;

    // A kind of run by name, or a chain.
    private string _what = $"{Kinds[0].Kind}";
    private string _name = "";
    private Rhythm _rhythm = new(RhythmKind.Daily, new TimeOnly(3, 0));
    private string _timeZone = TimeZoneInfo.Local.Id;
    private OverlapPolicy _overlap;
    private MissedPolicy _missed;
    private bool _complete;
    private RunOrder? _order;
    private bool _busy;
    private Problem? _problem;

    /// <summary>What is changed; null for a new one.</summary>
    [Parameter] public ScheduleView? Schedule { get; set; }

    [Parameter, EditorRequired] public IReadOnlyList<CorpusSummary> Corpora { get; set; } = [];

    [CascadingParameter] private IMudDialogInstance? Dialog { get; set; }

    /// <summary>Null where a chain is chosen.</summary>
    private RunKindInfo? Chosen => Kinds.FirstOrDefault(kind => $"{kind.Kind}" == _what);

    private bool MaySave => (Chosen is null ? _chain.Complete : _complete) && !_busy && _name.Trim().Length > 0;

    private Dictionary<string, object?> FormParameters(RunKindInfo chosen) => new()
    {
        [nameof(RunForm.Kind)] = chosen,
        [nameof(RunForm.Choices)] = _choices,
        [nameof(RunForm.Draft)] = _draft,
        [nameof(RunForm.Given)] = Schedule?.Run?.Kind == chosen.Kind ? Schedule.Run : null,
        [nameof(RunForm.OrderChanged)] = EventCallback.Factory.Create<RunOrder?>(this, order => _order = order),
        [nameof(RunForm.CompleteChanged)] = EventCallback.Factory.Create<bool>(this, complete => _complete = complete),
    };

    protected override async Task OnInitializedAsync()
    {
        _draft.Corpus = (Corpora.FirstOrDefault(corpus => corpus.Blocks > 0) ?? (Corpora is [var first, ..] ? first : null))?.Name ?? "";
        var model = "";
        if (Schedule is { } given)
        {
            (_name, _rhythm, _timeZone) = (given.Name, Rhythm.Of(given.Cron), given.TimeZone);
            (_overlap, _missed) = (given.Overlap, given.Missed);
        }
        if (Schedule?.Run is { } run)
        {
            _what = $"{run.Kind}";
            _draft.Corpus = run.IndexOf ?? run.Training?.Corpus ?? run.Evaluation?.Corpus ?? run.Sync?.Corpus ?? _draft.Corpus;
            model = run.Training?.Model ?? run.Evaluation?.Model ?? "";
        }
        else if (Schedule?.Chain is { } chain)
        {
            (_what, _minNewLabels) = (ChainKind, chain.MinNewLabels > 0 ? chain.MinNewLabels : null);
            _chain.Take(chain.Chain);
        }
        _choices = new(Corpora, [], null);
        var (models, sets) = (api.ModelsAsync(), api.QuestionSetsAsync());
        (var list, _problem) = await models;
        _choices = new(Corpora, list ?? [], (await sets).Value);
        // Only now is the model among the options that the list can show as chosen.
        _draft.Model = model;
    }

    private async Task SaveAsync()
    {
        if (!MaySave) return;
        var chain = Chosen is null ? new ChainOrder(_chain.Request, _chain.Labels ? _minNewLabels ?? 0 : 0) : null;
        if (chain is null && _form?.Instance is not RunForm) return;
        (_busy, _problem) = (true, null);
        var request = new SaveScheduleRequest(
            _name.Trim(), chain is null ? ((RunForm)_form!.Instance!).Order : null, _rhythm.Cron, _timeZone, Schedule?.Enabled ?? true, _overlap, _missed,
            chain);
        var (saved, problem) = await api.SaveScheduleAsync(Schedule?.Id, request);
        (_busy, _problem) = (false, problem);
        if (saved is not null) Dialog?.Close(DialogResult.Ok(saved));
    }
}
