using RealmWeb.Engine.Evaluation;
using RealmWeb.TestKit;

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

    private static bool IsRight(QuestionOutcome outcome) =>
        outcome.Answers.Count == 0 ? outcome.NoAnswer : !outcome.NoAnswer && outcome.ExactMatch == 1;

    private async Task RunAsync(params string[] arguments) =>
        Assert.Equal(0, await RealmCommand.RunAsync(["--data-dir", _folder.FullName, "--progress", "none", .. arguments]));
}
