using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;

namespace RealmWeb.Engine.Tests.Training;

public sealed class SettingsFileTests
{
    [Fact]
    public void Parse_KeepsTheDefaultsOfWhatIsGivenInPart()
    {
        var cloze = SettingsFile.Parse<InverseClozeOptions>("""{ "training": { "steps": 5, } /* the rest as it is */ }""");
        var realm = SettingsFile.Parse<PreTrainingOptions>("""{ "realm": { "span": { "geometric": 0.3 }, "refresh": { "everySteps": 7 } } }""").Realm;
        var open = SettingsFile.Parse<FineTuningOptions>("""{ "openQa": { "refresh": { "everySteps": 7 } } }""").OpenQa!;

        Assert.Equal(new InverseClozeOptions().Training with { Steps = 5 }, cloze.Training);
        Assert.Equal((0.3, true), (realm.Span.Geometric, realm.Span.SingleSpan));
        Assert.Equal((RefreshMode.Asynchronous, 7), (realm.Refresh.Mode, realm.Refresh.EverySteps));
        Assert.Equal((RefreshMode.Synchronous, 7), (open.Refresh.Mode, open.Refresh.EverySteps));
        // No default was changed on the way.
        Assert.Equal(48, new InverseClozeOptions().Training.BatchSize);
        Assert.Equal(1000, new InverseClozeOptions().Training.Steps);
    }

    [Theory]
    [InlineData("""{ "training": null }""")]
    [InlineData("""{ "unknown": 1 }""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    public void Parse_Refuses_WhatIsNoSuchJson(string text) => Assert.ThrowsAny<JsonException>(() => SettingsFile.Parse<InverseClozeOptions>(text));

    [Theory]
    [InlineData("""{ "heldOut": 0.1 }""",
        "\"heldOut\": There is no such setting at this place. There are training, removeProbability, maxQueryLength, maxBlockLength, heldOutShare.")]
    [InlineData("""{ "training": { "learningRat": 1e-4 } }""",
        "\"training.learningRat\": There is no such setting at this place. Did you mean \"learningRate\"?")]
    [InlineData("""{ "training": { "batchSize": 1.5 } }""", "\"training.batchSize\": It is 1.5. Write a whole number.")]
    [InlineData("""{ "training": { "biasCorrection": "on" } }""", "\"training.biasCorrection\": It is \"on\". Write true or false.")]
    [InlineData("""{ "training": { "optimizer": "adam" } }""", "\"training.optimizer\": It is \"adam\". Write one of \"bert\", \"torch\".")]
    [InlineData("""{ "training": { "frozen": "all" } }""", "\"training.frozen\": It is \"all\". Write a list in brackets.")]
    [InlineData("""{ "training": { "frozen": ["word", 3] } }""", "\"training.frozen[1]\": It is 3. Write a text in quotes.")]
    [InlineData("""{ "training": 3 }""", "\"training\": It is 3. Write settings in braces.")]
    [InlineData("""{ "training": null }""", "\"training\": It is null. Write settings in braces, or leave it out for its default.")]
    [InlineData("""{ "training": { "earlyStopping": { } } }""", "\"training.earlyStopping.metric\": It is missing, and has no default.")]
    public void Parse_NamesTheSettingThatCannotBeRead_AndTheFix(string text, string says) =>
        Assert.Equal(says, Assert.Throws<JsonException>(() => SettingsFile.Parse<InverseClozeOptions>(text)).Message);

    [Theory]
    [InlineData("""{ "heldOutShare": 0.9 }""", "\"heldOutShare\": It is 0.9. Use 0 to 0.5.")]
    [InlineData("""{ "training": { "checkpointEvery": 0 } }""", "\"training.checkpointEvery\": It is 0. Use at least 1.")]
    [InlineData("""{ "training": { "earlyStopping": { "metric": "", "patience": -1 } } }""",
        "\"training.earlyStopping.metric\": It is empty. Fill it in. \"training.earlyStopping.patience\": It is -1. Use at least 0.")]
    public void Parse_NamesTheSettingThatIsOutOfRange_AndTheFix(string text, string says) =>
        Assert.Equal(says, Assert.Throws<ValidationException>(() => SettingsFile.Parse<InverseClozeOptions>(text)).Message);

    [Fact]
    public void Check_FindsAllThatIsWrongAtOnce()
    {
        var problems = SettingsFile.Check(
            typeof(FineTuningOptions), """{ "reader": { "steps": "many", "rate": 1 }, "openQa": { "match": "near" }, "data": {} }""", out var settings);

        Assert.Null(settings);
        Assert.Equal(["reader.steps", "reader.rate", "openQa.match", "data"], problems.Select(problem => problem.Path));
    }

    [Fact]
    public void Write_IsReadAsTheSame()
    {
        Assert.Empty(SettingsFile.Check(typeof(PreTrainingOptions), """{ "realm": { "retrieverRate": 0.5, "masking": "span" } }""", out var settings));

        Assert.Equal(SettingsFile.Write(settings!), SettingsFile.Write(SettingsFile.Parse<PreTrainingOptions>(SettingsFile.Write(settings!))));
    }

    [Fact]
    public void Describe_HasDefaultsRangesChoicesAndHelp_AndNothingThatNamesAFile()
    {
        var settings = SettingsFile.Describe(new FineTuningOptions());

        Assert.DoesNotContain(settings, setting => setting.Name is "data" or "exclude" or "development" or "calibration");
        var open = Assert.Single(settings, setting => setting.Name == "openQa");
        Assert.True(open.IsOptional);
        var training = Assert.Single(open.Parts, setting => setting.Name == "training");
        Assert.Equal((1e-5, 1e-9, 1.0), Range(training, "learningRate"));
        Assert.Equal((1000, 1.0, null), Range(training, "steps"));
        Assert.Equal(["substring", "pieces", "passages"], Assert.Single(open.Parts, setting => setting.Name == "match").Choices);
        Assert.Equal(
            ("Passages that are read", "Where nothing is said, as many as the model's configuration names (released: 5)."), Words(open, "readerBeamSize"));
        // A label out of the name, and a reference to another setting by its label.
        Assert.Equal("Contrastive weight", Words(open, "contrastiveWeight").Label);
        Assert.Contains("Needs \"Gold passages\" or", Words(open, "contrastiveWeight").Help, StringComparison.Ordinal);
        Assert.DoesNotContain(SettingsFile.Describe(new PreTrainingOptions()), setting => setting.Name == "salient");
    }

    private static (string Label, string Help) Words(Setting group, string name)
    {
        var setting = Assert.Single(group.Parts, part => part.Name == name);
        return (setting.Label, setting.Help);
    }

    private static (object? Default, double? Least, double? Most) Range(Setting group, string name)
    {
        var setting = Assert.Single(group.Parts, part => part.Name == name);
        return (setting.Default, setting.Least, setting.Most);
    }
}
