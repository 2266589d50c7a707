using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Jobs.Training;

namespace RealmWeb.Jobs.Tests.Runs;

public sealed class TrainingSettingsTests
{
    [Theory]
    [InlineData("""{ "data": [ { "file": "/etc/passwd" } ] }""")]
    [InlineData("""{ "exclude": [ { "File": "other.jsonl" } ] }""")]
    [InlineData("""{ "development": { "weight": 2, "file": "x" } }""")]
    [InlineData("""{ "calibration": { "file": "" } }""")]
    public void Require_RefusesFilesOfFineTuning_WhereverTheyStand(string settings) => Refuses<FineTuningOptions>(settings, "file");

    [Theory]
    [InlineData("casing")]
    [InlineData("names")]
    [InlineData("conll")]
    public void Require_RefusesFilesOfMasking(string option)
    {
        Refuses<PreTrainingOptions>($$$"""{ "salient": { "{{{option}}}": "/etc/passwd" } }""", option);
        Refuses<PreTrainingOptions>($$$"""{ "realm": { "salient": { "{{{option}}}": "/etc/passwd" } } }""", option);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{ "realm": { "retrieverRate": 0.05, "refresh": { "everySteps": 200 } } }""")]
    [InlineData("""{ "salient": { "names": null } }""")]
    public void Require_TakesSettingsWithoutFiles(string settings) => TrainingSettings.Require<PreTrainingOptions>(settings);

    private static void Refuses<T>(string settings, string option)
        where T : class
    {
        var refused = Assert.Throws<ArgumentException>(() => TrainingSettings.Require<T>(settings));

        Assert.Contains($"The settings name a file (\"{option}\")", refused.Message, StringComparison.Ordinal);
    }
}
