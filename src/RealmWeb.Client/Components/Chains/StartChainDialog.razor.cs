using Microsoft.AspNetCore.Components;
using MudBlazor;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.QuestionSets;

namespace RealmWeb.Client.Components.Chains;

/// <summary>Asks what a chain learns from and measures with, and starts it; the dialog's result is the chain.</summary>
public sealed partial class StartChainDialog(RealmApi api)
{
    private readonly SortedSet<string> _lessons = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _exams = new(StringComparer.Ordinal);
    private List<QuestionSetSummary> _sets = [];
    private List<GateRule> _rules = [];
    private ChainLabels? _labelCounts;
    private string _corpus = "";
    private bool _labels;
    private bool _promotes;
    private int? _steps = 300;
    private int _seed = 1;
    private string _candidate = "";
    private string _settings = "";
    private bool _busy;
    private Problem? _problem;

    [Parameter, EditorRequired] public IReadOnlyList<CorpusSummary> Corpora { get; set; } = [];

    /// <summary>Corpus that the dialog offers first; empty for the first one.</summary>
    [Parameter] public string Corpus { get; set; } = "";

    /// <summary>Labels are chosen from the start.</summary>
    [Parameter] public bool Labels { get; set; }

    [CascadingParameter] private IMudDialogInstance? Dialog { get; set; }

    private bool MayStart => !_busy && _corpus.Length > 0 && (_lessons.Count > 0 || _labels) && (_steps is > 0 || _settings.Length > 0);

    protected override async Task OnInitializedAsync()
    {
        _corpus = Corpus.Length > 0 ? Corpus : Corpora.FirstOrDefault(corpus => corpus.Blocks > 0)?.Name ?? "";
        (var sets, _problem) = await api.QuestionSetsAsync();
        _sets = sets ?? [];
        await LoadCorpusAsync();
        _labels = Labels && _labelCounts is { Lessons: > 0 };
    }

    private Task ChooseCorpusAsync(ChangeEventArgs change)
    {
        (_corpus, _labels) = ((string)change.Value!, false);
        return LoadCorpusAsync();
    }

    private async Task LoadCorpusAsync()
    {
        if (_corpus.Length == 0) return;
        _rules = (await api.GateAsync(_corpus)).Value ?? [];
        _labelCounts = (await api.LessonsAsync(_corpus)).Value;
    }

    private static void Choose(SortedSet<string> chosen, string set, bool on)
    {
        if (on) chosen.Add(set);
        else chosen.Remove(set);
    }

    private async Task StartAsync()
    {
        if (!MayStart) return;
        (_busy, _problem) = (true, null);
        var (started, problem) = await api.StartChainAsync(new StartChainRequest(
            _corpus, [.. _lessons], [.. _exams], _steps ?? 0, _settings.Trim(), _seed, _candidate.Trim(), _promotes, _labels));
        (_busy, _problem) = (false, problem);
        if (started is not null) Dialog?.Close(DialogResult.Ok(started));
    }
}
