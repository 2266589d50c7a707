using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Evaluation;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Training;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Runs;

/// <summary>A kind of run is a row of the table and a class that does it.</summary>
public sealed class RunKindsTests : IDisposable
{
    private readonly TempData _data = new(services => services.AddRealmJobs());

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Kinds_HaveOneRowAndOneWorkEach()
    {
        Assert.Equal(Enum.GetValues<RunKind>(), RunKinds.All.Select(kind => kind.Kind).Order());
        Assert.Equal(Enum.GetValues<RunKind>(), _data.Get<IEnumerable<IRunWork>>().Select(work => work.Kind).Order());
    }

    [Theory]
    [InlineData(RunKind.PreTrain, "REALM pre-training")]
    [InlineData(RunKind.FineTune, "fine-tuning")]
    [InlineData(RunKind.Mlm, "masked language modelling")]
    public void NameInSentence_KeepsAbbreviations(RunKind kind, string name) => Assert.Equal(name, RunKinds.Of(kind).NameInSentence);

    [Fact]
    public async Task Launch_RefusesParametersOfAnotherKind()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() =>
            _data.Get<RunLauncher>().LaunchAsync(new TrainingParameters("handbook", 10, "", "new") { Kind = RunKind.Evaluate }, "ann"));

        Assert.Contains(nameof(EvaluationParameters), refused.Message, StringComparison.Ordinal);
    }
}
