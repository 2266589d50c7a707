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
    [InlineData("""{ "heldOut": 0.1 }""", "There is no setting heldOut at this place. Check its spelling.")]
    [InlineData("""{ "training": { "learningRat": 1e-4 } }""", "There is no setting learningRat at this place. Check its spelling.")]
    public void Parse_NamesTheSettingThatDoesNotExist(string text, string says) =>
        Assert.Equal(says, Assert.Throws<JsonException>(() => SettingsFile.Parse<InverseClozeOptions>(text)).Message);

    [Theory]
    [InlineData("""{ "heldOutShare": 0.9 }""", "HeldOutShare")]
    [InlineData("""{ "training": { "checkpointEvery": 0 } }""", "\"training\": The field CheckpointEvery")]
    [InlineData("""{ "training": { "earlyStopping": { "metric": "x", "patience": -1 } } }""", "\"training.earlyStopping\": The field Patience")]
    public void Parse_NamesTheSettingThatIsOutOfRange(string text, string says) =>
        Assert.Contains(says, Assert.Throws<ValidationException>(() => SettingsFile.Parse<InverseClozeOptions>(text)).Message, StringComparison.Ordinal);
}
