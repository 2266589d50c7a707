using Microsoft.AspNetCore.Components;
using MudBlazor;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.QuestionSets;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Components.Runs;

/// <summary>Asks what a run needs and starts it; the dialog's result is the run.</summary>
public sealed partial class StartRunDialog(RealmApi api)
{
    // Documents are sent from the page of their corpus.
    private static readonly RunKindInfo[] Kinds = [.. RunKinds.All.Where(kind => kind.Produces != RunProduct.Documents)];
    private readonly HashSet<string> _chosen = [];
    private RunKind _kind;
    private string _corpus = "";
    private string _model = "";
    private string _newModel = "";
    private string _asked = "";
    private Retriever _retriever;
    private int? _limit;
    private int? _steps = 1000;
    private string _settings = "";
    private bool _busy;
    private Problem? _problem;
    private IReadOnlyList<ModelSummary> _models = [];
    private IReadOnlyList<QuestionSetSummary>? _sets;

    [Parameter, EditorRequired] public IReadOnlyList<CorpusSummary> Corpora { get; set; } = [];

    /// <summary>What the dialog offers first.</summary>
    [Parameter] public RunKind Kind { get; set; } = Kinds[0].Kind;

    /// <summary>Model that the dialog offers first; empty for the one in production.</summary>
    [Parameter] public string Model { get; set; } = "";

    [CascadingParameter] private IMudDialogInstance? Dialog { get; set; }

    private RunKindInfo Chosen => RunKinds.Of(_kind);

    private bool Learns => Chosen.QuestionSets == QuestionSetUse.OneOrMore;

    private string StepsHelp => (Learns ? "Optimiser steps of each stage" : "Optimiser steps") + (HasSettings ? "; empty for what the settings say" : "");

    private bool HasSettings => !string.IsNullOrWhiteSpace(_settings);

    private bool NeedsQuestions => Chosen.QuestionSets != QuestionSetUse.None;

    private bool Complete => !_busy && _corpus.Length > 0 && (!Chosen.Trains || CanTrain) && Chosen.QuestionSets switch
    {
        QuestionSetUse.One => _asked.Length > 0,
        QuestionSetUse.OneOrMore => _chosen.Count > 0,
        _ => true,
    };

    private bool CanTrain => _newModel.Length > 0 && (_steps is > 0 || HasSettings);

    protected override async Task OnInitializedAsync()
    {
        (_kind, _corpus) = (Kind, (Corpora.FirstOrDefault(corpus => corpus.Blocks > 0) ?? (Corpora is [var first, ..] ? first : null))?.Name ?? "");
        var (models, sets) = (api.ModelsAsync(), api.QuestionSetsAsync());
        (var list, _problem) = await models;
        _models = list ?? [];
        _sets = (await sets).Value;
        // Only now is the model among the options that the list can show as chosen.
        _model = Model;
        _asked = _sets is [var set, ..] ? set.Name : "";
    }

    private void Choose(string set, bool on)
    {
        if (on) _chosen.Add(set);
        else _chosen.Remove(set);
    }

    private void GoToQuestionSets()
    {
        Dialog?.Cancel();
        Navigation.NavigateTo("models#question-sets");
    }

    private async Task StartAsync()
    {
        if (!Complete) return;
        (_busy, _problem) = (true, null);
        var (started, problem) = Chosen.Produces switch
        {
            RunProduct.Index => await api.BuildIndexAsync(_corpus),
            RunProduct.Figures => await api.EvaluateAsync(new StartEvaluationRequest(_asked, _corpus, _model, _retriever, _limit ?? 0)),
            _ => await api.TrainAsync(new StartTrainingRequest(
                _kind, _corpus, _steps ?? 0, _model, _newModel.Trim(), Learns ? [.. _chosen.Order()] : [], Settings: _settings.Trim())),
        };
        (_busy, _problem) = (false, problem);
        if (started is not null) Dialog?.Close(DialogResult.Ok(started));
    }
}
