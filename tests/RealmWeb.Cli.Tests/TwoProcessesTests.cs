using RealmWeb.Data.Corpora;
using RealmWeb.Data.Training;
using RealmWeb.Data;

namespace RealmWeb.Cli.Tests;

/// <summary>The realm command beside another process that works on the same thing; this test's process is that one.</summary>
public sealed class TwoProcessesTests
{
    [Fact]
    public async Task Training_IsRefused_WhileAnotherProcessTrainsAModelOfTheName()
    {
        using var command = await TrainingCommand.CreateAsync();
        string[] ict = ["ict", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--steps", "2", "--new-model"];
        var folders = new TrainingFolders(RealmPaths.In(command.At("")));
        string refused;
        using (folders.Take("warm"))
        {
            refused = await command.FailAsync([.. ict, "warm"]);
            await command.RunAsync([.. ict, "other"]);
        }

        await command.RunAsync([.. ict, "warm"]);

        Assert.Contains("Another process trains a model \"warm\".", refused, StringComparison.Ordinal);
        Assert.True(Directory.Exists(command.At("models/warm")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("tiny")]
    public async Task Corpus_IsNotDeleted_WhileAnotherProcessBuildsAnIndexOfIt(string? evaluatedModel)
    {
        using var command = await TrainingCommand.CreateAsync();
        var corpora = new CorpusLibrary(RealmPaths.In(command.At("")), TimeProvider.System);
        string refused;
        using (corpora.Open(TrainingCommand.Corpus).TryLockIndex(evaluatedModel))
            refused = await command.FailAsync("corpora", "delete", TrainingCommand.Corpus);
        var documents = corpora.Open(TrainingCommand.Corpus).Info().Documents;

        await command.RunAsync("corpora", "delete", TrainingCommand.Corpus);

        Assert.Contains($"An index of \"{TrainingCommand.Corpus}\" is being built.", refused, StringComparison.Ordinal);
        Assert.Equal((8, false), (documents, corpora.Exists(TrainingCommand.Corpus)));
    }
}
