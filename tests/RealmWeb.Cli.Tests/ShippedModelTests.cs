using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;
using RealmWeb.Jobs.Answering;
using RealmWeb.TestKit;
using static TorchSharp.torch;

namespace RealmWeb.Cli.Tests;

/// <summary>The model that comes with the program, on the sample that comes with it: what everybody tries first has to be right.</summary>
public sealed class ShippedModelTests : IAsyncLifetime
{
    private const string Corpus = "encyclopedia";
    private const int RightAtLeast = 34;

    // Wrong with the first shipped model, for everybody who tried it.
    private static readonly string[] TriedByEverybody =
        ["Who discovered penicillin?", "What is the speed of light?", "who invented the telephone", "What is the capital of Australia?"];

    private static readonly string Sample = Path.Combine(TestPaths.Repository, "samples", Corpus);

    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "models", "realm-arctic");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("realmweb-shipped-");

    public async ValueTask InitializeAsync() => await RunAsync("import", Path.Combine(Sample, "articles"), "--corpus", Corpus);

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("hybrid")]
    // As a corpus answers while its first index is being built.
    [InlineData("lexical")]
    public async Task EverydayQuestions_AreAnsweredRightly_OrRefusedWhereTheSampleHoldsNoAnswer(string retriever)
    {
        var report = Path.Combine(_folder.FullName, "everyday.jsonl");

        await RunAsync(
            "evaluate", "--corpus", Corpus, "--retriever", retriever,
            "--data", Path.Combine(Sample, "questions", "everyday.jsonl"), "--per-question", report);

        var outcomes = OutcomeFile.Read(report);
        var wrong = outcomes.Where(outcome => !IsRight(outcome)).ToList();
        var said = string.Join("; ", wrong.Select(outcome => $"{outcome.Question} → {(outcome.NoAnswer ? "refused, best " : "")}{outcome.Prediction}"));
        Assert.Equal(40, outcomes.Count);
        Assert.True(outcomes.Count - wrong.Count >= RightAtLeast, $"{wrong.Count} are wrong: {said}");
        Assert.DoesNotContain(wrong, outcome => TriedByEverybody.Contains(outcome.Question));
    }

    [Fact]
    public async Task ReadingAlone_TellsOfEachQuestion_WhatWasReadInItsPassage()
    {
        var questions = Path.Combine(_folder.FullName, "mill.jsonl");
        var report = Path.Combine(_folder.FullName, "read.jsonl");
        await File.WriteAllTextAsync(
            questions,
            """
            {"id":"1","question":"When was the mill built?","answers":["1721"],"context":"The mill by the bridge was built in 1721.","answer_starts":[36]}
            {"id":"2","question":"Who discovered penicillin?","answers":[],"context":"The mill by the bridge was built in 1721.","is_impossible":true}
            """,
            TestContext.Current.CancellationToken);

        await RunAsync("evaluate", "--data", questions, "--per-question", report);

        var outcomes = OutcomeFile.Read(report);
        Assert.Equal(["1", "2"], outcomes.Select(outcome => outcome.Id));
        Assert.Equal(("1721", 1.0), (outcomes[0].Prediction, outcomes[0].ExactMatch));
        Assert.True(outcomes[1].IsImpossible && outcomes[1].IsRight);
        Assert.InRange(outcomes[0].Confidence, 0.5, 1);
        Assert.True(outcomes[0].NullMass < outcomes[1].NullMass);
        Assert.Equal(2, ReportComparison.Of(outcomes, outcomes).Questions);
    }

    [Fact]
    public async Task Calibrating_ForACorpus_ScalesConfidenceThere_AndLeavesTheModelAndOtherCorporaAsTheyWere()
    {
        var (before, after, others) = (At("before.jsonl"), At("after.jsonl"), At("others.jsonl"));
        await RunAsync("import", Path.Combine(Sample, "articles"), "--corpus", "others");
        await EvaluateAsync(Corpus, before);

        await RunAsync(
            "calibrate", "--corpus", Corpus, "--retriever", "lexical", "--data", Path.Combine(Sample, "questions", "train.jsonl"), "--limit", "60",
            "--for-corpus", "--false-refusals", "0.05", "--out", At("fit.json"));
        await EvaluateAsync(Corpus, after);
        await EvaluateAsync("others", others);

        var fit = CorpusFit.Parse(await File.ReadAllTextAsync(At("fit.json"), TestContext.Current.CancellationToken));
        var (told, scaled, elsewhere) = (OutcomeFile.Read(before), OutcomeFile.Read(after), OutcomeFile.Read(others));
        Assert.Equal(told.Select(outcome => outcome.Confidence), elsewhere.Select(outcome => outcome.Confidence));
        Assert.Equal(told.Select(outcome => outcome.Prediction), scaled.Select(outcome => outcome.Prediction));
        // The bias of "no answer" that the model has was fitted to refuse fewer: the corpus's refuses more, and is what its confidence was fitted with.
        Assert.True(scaled.Count(outcome => outcome.NoAnswer) >= told.Count(outcome => outcome.NoAnswer));
        Assert.True(fit.NullBias > ShippedBias());
        Assert.NotEqual(told.Select(outcome => outcome.Confidence), scaled.Select(outcome => outcome.Confidence));
        Assert.InRange(fit.Questions, 50, 60);
    }

    [Fact]
    public async Task Calibrating_ForACorpus_RefusesWhatItCannotFit()
    {
        string[] fitting =
            ["calibrate", "--corpus", Corpus, "--retriever", "lexical", "--data", Path.Combine(Sample, "questions", "train.jsonl"), "--limit", "20"];

        Assert.NotEqual(0, await CodeAsync([.. fitting, "--for-corpus", "--new-model", "another"]));
        Assert.NotEqual(0, await CodeAsync([.. fitting, "--new-model", "another", "--out", At("fit.json")]));
        // Twenty answers are too few.
        Assert.NotEqual(0, await CodeAsync([.. fitting, "--for-corpus", "--out", At("fit.json")]));

        Assert.False(File.Exists(At("fit.json")));
        Assert.False(Directory.Exists(At("models/another")));
    }

    [Fact]
    public void TheFitOfTheSample_IsThatOfTheShippedModel()
    {
        using var model = RealmModel.Load(Shipped, CPU);

        var fit = CorpusFit.Parse(File.ReadAllText(Path.Combine(Sample, "fit.json")));

        Assert.Equal((model.Name, model.AnsweringVersion()), (fit.Model, fit.Version));
    }

    private static double ShippedBias()
    {
        using var model = RealmModel.Load(Shipped, CPU);
        return model.Answering.NullBias;
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private Task EvaluateAsync(string corpus, string report) => RunAsync(
        "evaluate", "--corpus", corpus, "--retriever", "lexical", "--data", Path.Combine(Sample, "questions", "heldout.jsonl"), "--limit", "25",
        "--per-question", report);

    private static bool IsRight(QuestionOutcome outcome) =>
        outcome.Answers.Count == 0 ? outcome.NoAnswer : !outcome.NoAnswer && outcome.ExactMatch == 1;

    private async Task RunAsync(params string[] arguments) => Assert.Equal(0, await CodeAsync(arguments));

    private Task<int> CodeAsync(string[] arguments) => RealmCommand.RunAsync(["--data-dir", _folder.FullName, "--progress", "none", .. arguments]);
}
