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
    private static readonly RunKind[] Kinds = [RunKind.IndexBuild, RunKind.Mlm, RunKind.Ict, RunKind.PreTrain, RunKind.FineTune, RunKind.Evaluate];
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
    [Parameter] public RunKind Kind { get; set; } = RunKind.IndexBuild;

    /// <summary>Model that the dialog offers first; empty for the one in production.</summary>
    [Parameter] public string Model { get; set; } = "";

    [CascadingParameter] private IMudDialogInstance? Dialog { get; set; }

    private string StepsHelp => (_kind == RunKind.FineTune ? "Optimiser steps of each stage" : "Optimiser steps") + (HasSettings ? "; empty for what the settings say" : "");

    private bool HasSettings => !string.IsNullOrWhiteSpace(_settings);

    // What people change first.
    private string Example => _kind switch
    {
        RunKind.Mlm => """{ "maskedLanguageModel": { "learningRate": 5e-4 }, "heldOutShare": 0.01 }""",
        RunKind.Ict => """{ "training": { "batchSize": 64 }, "heldOutShare": 0.01 }""",
        RunKind.PreTrain => """{ "realm": { "retrieverRate": 0.05, "refresh": { "everySteps": 200 } } }""",
        _ => """{ "retriever": { "learningRate": 1e-4 }, "reader": { "learningRate": 5e-4 } }""",
    };

    private bool NeedsQuestions => _kind is RunKind.FineTune or RunKind.Evaluate;

    private bool Complete => !_busy && _corpus.Length > 0 && _kind switch
    {
        RunKind.IndexBuild => true,
        RunKind.Evaluate => _asked.Length > 0,
        RunKind.FineTune => _chosen.Count > 0 && CanTrain,
        _ => CanTrain,
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
        var (started, problem) = _kind switch
        {
            RunKind.IndexBuild => await api.BuildIndexAsync(_corpus),
            RunKind.Evaluate => await api.EvaluateAsync(new StartEvaluationRequest(_asked, _corpus, _model, _retriever, _limit ?? 0)),
            _ => await api.TrainAsync(new StartTrainingRequest(
                _kind, _corpus, _steps ?? 0, _model, _newModel.Trim(), _kind == RunKind.FineTune ? [.. _chosen.Order()] : [], Settings: _settings.Trim())),
        };
        (_busy, _problem) = (false, problem);
        if (started is not null) Dialog?.Close(DialogResult.Ok(started));
    }
}
