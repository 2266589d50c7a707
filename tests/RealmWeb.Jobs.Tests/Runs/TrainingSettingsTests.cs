using System.Text.Json;
using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Training;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Runs;

public sealed class TrainingSettingsTests : IDisposable
{
    private readonly TempData _data = new(services => services.AddRealmJobs());

    public void Dispose() => _data.Dispose();

    private TrainingSettings Settings => _data.Get<TrainingSettings>();

    [Theory]
    [InlineData("""{ "data": [ { "file": "/etc/passwd" } ] }""")]
    [InlineData("""{ "exclude": [ { "File": "other.jsonl" } ] }""")]
    [InlineData("""{ "development": { "weight": 2, "file": "x" } }""")]
    [InlineData("""{ "calibration": { "file": "" } }""")]
    public void Check_RefusesFilesOfFineTuning_WhereverTheyStand(string settings) => Refuses(RunKind.FineTune, settings, "file");

    [Theory]
    [InlineData("casing")]
    [InlineData("names")]
    [InlineData("conll")]
    public void Check_RefusesFilesOfMasking(string option)
    {
        Refuses(RunKind.PreTrain, $$$"""{ "salient": { "{{{option}}}": "/etc/passwd" } }""", option);
        Refuses(RunKind.PreTrain, $$$"""{ "realm": { "salient": { "{{{option}}}": "/etc/passwd" } } }""", option);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{ "realm": { "retrieverRate": 0.05, "refresh": { "everySteps": 200 } } }""")]
    [InlineData("""{ "salient": { "names": null } }""")]
    public void Check_TakesSettingsWithoutFiles(string settings) => Assert.Empty(Settings.Check(RunKind.PreTrain, settings).Problems);

    [Fact]
    public void Check_SaysWhatRuns_WhereNothingIsChosen()
    {
        var check = Settings.Check(RunKind.FineTune, "");

        // Retriever and reader, where no stage is named.
        using var whole = JsonDocument.Parse(check.Whole);
        Assert.Empty(check.Problems);
        Assert.Equal(32, whole.RootElement.GetProperty("retriever").GetProperty("batchSize").GetInt32());
        Assert.Equal(JsonValueKind.Null, whole.RootElement.GetProperty("openQa").ValueKind);
        Assert.Empty(Settings.Check(RunKind.FineTune, check.Whole).Problems);
    }

    [Fact]
    public void Of_DescribesEveryTraining_WithoutWhatIsAskedForBesideTheSettings()
    {
        foreach (var kind in RunKinds.Where(kind => kind.Trains))
        {
            var all = Settings.Of(kind).SelectMany(Below).ToList();

            Assert.NotEmpty(all);
            Assert.DoesNotContain(all, setting => setting.Name == "seed");
            Assert.All(all.Where(setting => setting.Kind == SettingKind.Choice), setting => Assert.Contains(setting.Default, setting.Choices));
            // What the form offers as a default is taken.
            Assert.Empty(Settings.Check(kind, Settings.Check(kind, "").Whole).Problems);
        }

        static IEnumerable<SettingView> Below(SettingView setting) => [setting, .. setting.Parts.SelectMany(Below)];
    }

    private void Refuses(RunKind kind, string settings, string option) =>
        Assert.StartsWith($"The settings name a file (\"{option}\")", Assert.Single(Settings.Check(kind, settings).Problems).Message, StringComparison.Ordinal);
}
