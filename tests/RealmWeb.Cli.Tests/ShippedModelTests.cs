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

    private static bool IsRight(QuestionOutcome outcome) =>
        outcome.Answers.Count == 0 ? outcome.NoAnswer : !outcome.NoAnswer && outcome.ExactMatch == 1;

    private async Task RunAsync(params string[] arguments) =>
        Assert.Equal(0, await RealmCommand.RunAsync(["--data-dir", _folder.FullName, "--progress", "none", .. arguments]));
}
