using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.TestKit;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Evaluation;

[Collection(SeededTests.Name)]
public sealed class CalibrationTests
{
    [Fact]
    public void Of_WeighsTheBinsByTheirCounts()
    {
        // given three answers at 0.95 of which two are right, one wrong at 0.25, and one of which only the passage is known
        var report = CalibrationReport.Of(
            [Outcome(0.95, true), Outcome(0.95, true), Outcome(0.95, false), Outcome(0.25, false), Outcome(1, true) with { Answers = [], PassageOnly = true }]);

        Assert.Equal(4, report.Questions);
        Assert.Equal(3, report.Bins[9].Count);
        Assert.Equal(0.95, report.Bins[9].Confidence, 1e-12);
        Assert.Equal(2.0 / 3, report.Bins[9].Accuracy, 1e-12);
        Assert.Equal((0.2, 0.3, 1, 0.0), (report.Bins[2].From, report.Bins[2].To, report.Bins[2].Count, report.Bins[2].Accuracy));
        Assert.Equal((3 * (0.95 - 2.0 / 3) + 0.25) / 4, report.ExpectedCalibrationError, 1e-12);
        Assert.Equal(-(2 * Math.Log(0.95) + Math.Log(0.05) + Math.Log(0.75)) / 4, report.LogLoss, 1e-12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 1)]
    [InlineData(0.999, 9)]
    [InlineData(1, 9)]
    public void Of_PutsEachConfidenceInOneBin(double confidence, int bin) =>
        Assert.Equal(1, CalibrationReport.Of([Outcome(confidence, true)]).Bins[bin].Count);

    [Fact]
    public void Fit_FindsTheTemperatureThatMadeTheScores()
    {
        // given answers that are right as often as sigmoid(logit / 3) says, and a model that says sigmoid(logit / T)
        var random = new Random(5);
        var outcomes = Enumerable.Range(0, 4000).Select(_ =>
        {
            var logit = random.NextDouble() * 12 - 6;
            var right = random.NextDouble() < Sigmoid(logit / 3);
            return Outcome(Sigmoid(logit), right) with { ConfidenceAt = [.. TemperatureFit.Candidates.Select(temperature => Sigmoid(logit / temperature))] };
        }).ToList();

        var (temperature, after) = TemperatureFit.Fit(outcomes);

        Assert.InRange(temperature, 2.6, 3.5);
        Assert.True(after.ExpectedCalibrationError < 0.03 && after.ExpectedCalibrationError < CalibrationReport.Of(outcomes).ExpectedCalibrationError / 3);
    }

    [Fact]
    public void Fit_Refuses_WhenEverythingIsRight() =>
        Assert.Throws<ArgumentException>(() => TemperatureFit.Fit([Outcome(0.5, true) with { ConfidenceAt = TemperatureFit.Candidates }]));

    [Theory]
    [InlineData(1.4, 1)]
    [InlineData(0.5, -0.7)]
    public void PlattFit_FindsTheScalingThatMadeTheAnswersRight(double slope, double offset)
    {
        var outcomes = Scaled(4000, slope, offset);

        var (scaling, after) = PlattFit.Fit(outcomes);

        Assert.Equal(slope, scaling.Slope, 0.15);
        Assert.Equal(offset, scaling.Offset, 0.15);
        Assert.True(after.ExpectedCalibrationError < 0.03 && after.ExpectedCalibrationError < CalibrationReport.Of(outcomes).ExpectedCalibrationError / 2);
    }

    [Fact]
    public void PlattFit_IsTheMinimumOfItsLoss()
    {
        var outcomes = Scaled(200, 1.4, 1);
        var (best, _) = PlattFit.Fit(outcomes);

        foreach (var (slope, offset) in new[] { (0.01, 0.0), (-0.01, 0.0), (0.0, 0.01), (0.0, -0.01) })
            Assert.True(Loss(new PlattScaling(best.Slope + slope, best.Offset + offset)) > Loss(best));

        double Loss(PlattScaling scaling) =>
            CalibrationReport.Of(outcomes, outcome => scaling.Of(outcome.Confidence)).LogLoss * outcomes.Count
            + ((scaling.Slope - 1) * (scaling.Slope - 1) + scaling.Offset * scaling.Offset) / 2;
    }

    [Fact]
    public void PlattFit_StaysFinite_WhereConfidenceTellsRightFromWrongPerfectly()
    {
        var (scaling, _) = PlattFit.Fit([.. Enumerable.Range(0, 60).Select(i => Outcome(i % 2 == 0 ? 0.9 : 0.1, i % 2 == 0))]);

        Assert.InRange(scaling.Slope, 1, 4);
        Assert.Equal(0, scaling.Offset, 0.01);
    }

    [Fact]
    public void PlattFit_Refuses_WhatSaysNothingOfConfidence()
    {
        Assert.Contains("at least 50", Assert.Throws<ArgumentException>(() => PlattFit.Fit(Scaled(PlattFit.FewestAnswers - 1, 1, 0))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PlattFit.Fit([.. Enumerable.Repeat(Outcome(0.5, true), 80)]));
        Assert.Contains("the surer ones", Assert.Throws<ArgumentException>(() => PlattFit.Fit(
            [.. Enumerable.Range(0, 400).Select(i => Outcome(i % 2 == 0 ? 0.999 : 0.001, i % 2 == 1))])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.9)]
    public void PlattScaling_ChangesNothing_WithSlopeOneAndOffsetZero(double probability) =>
        Assert.Equal(probability, new PlattScaling(1, 0).Of(probability), 1e-9);

    [Fact]
    public void PlattScaling_IsBetweenZeroAndOne_AtTheEnds()
    {
        var scaling = new PlattScaling(1.4, 1);

        Assert.InRange(scaling.Of(0), 0, 1e-3);
        Assert.InRange(scaling.Of(1), 1 - 1e-3, 1);
        Assert.Throws<InvalidDataException>(new PlattScaling(0, 1).Validate);
        Assert.Throws<InvalidDataException>(new PlattScaling(1, double.NaN).Validate);
    }

    [Fact]
    public async Task AnswerAsync_ChangesConfidenceAlone_WhenItWasFittedToTheCorpus()
    {
        using var model = TinyModel.Create();
        var scaling = new PlattScaling(1.5, 0.5);
        var plain = await AnswerAllAsync(model, null);

        var fitted = await AnswerAllAsync(model, null, model.Answering with { Scaling = scaling });

        foreach (var (before, after) in plain.Zip(fitted))
        {
            Assert.Equal(scaling.Of(before.Confidence), after.Confidence, 1e-6);
            Assert.Equal((false, true), (before.Calibrated, after.Calibrated));
            Assert.Equal(before.Candidates, after.Candidates);
            Assert.Equal((before.NoAnswer, before.NullMass), (after.NoAnswer, after.NullMass));
        }
        Assert.Contains(plain, answer => answer.Confidence > 0);
    }

    [Fact]
    public void AnsweringVersion_FollowsReaderAndAnswering_WhateverTheFolder()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Create();
        model.Save(folder.At("m"));
        model.Save(folder.At("copy"));
        using var loaded = RealmModel.Load(folder.At("m"), CPU);
        using var copied = RealmModel.Load(folder.At("copy"), CPU);
        var version = loaded.AnsweringVersion();

        Assert.Equal(version, copied.AnsweringVersion());
        Assert.NotEqual(version, loaded.WithAnswering(loaded.Answering with { NullBias = 1 }).AnsweringVersion());
        Assert.Equal(version, loaded.WithAnswering(loaded.Answering with { Scaling = new PlattScaling(2, 0) }).AnsweringVersion());
        using (no_grad())
            copied.Reader.parameters().First().add_(0.01f);
        Assert.NotEqual(version, copied.AnsweringVersion());
        Assert.Equal(loaded.ModelVersion, copied.ModelVersion);
    }

    [Fact]
    public async Task AnswerAsync_ChangesConfidenceAlone_WhenTheModelHasATemperature()
    {
        using var model = TinyModel.Create();
        var plain = await AnswerAllAsync(model, null);
        var asked = await AnswerAllAsync(model, [1, 4]);
        var calibrated = await AnswerAllAsync(model.WithAnswering(model.Answering with { Temperature = 4 }), null);

        foreach (var ((before, fitting), after) in plain.Zip(asked).Zip(calibrated))
        {
            // temperature 1 is the joint distribution itself
            Assert.Equal(before.Confidence, fitting.ConfidenceAt[0], 1e-5);
            Assert.Equal(fitting.ConfidenceAt[1], after.Confidence, 1e-6);
            Assert.Equal((false, false, true), (before.Calibrated, fitting.Calibrated, after.Calibrated));
            // and answers, their order and the refusal stay
            Assert.Equal(before.Candidates, after.Candidates);
            Assert.Equal((before.NoAnswer, before.NullMass), (after.NoAnswer, after.NullMass));
        }
        Assert.Contains(plain.Zip(calibrated), pair => Math.Abs(pair.First.Confidence - pair.Second.Confidence) > 1e-4);
    }

    [Fact]
    public void SaveConfig_KeepsTheTemperature()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Create();
        model.Save(folder.At("m"));

        model.WithAnswering(model.Answering with { Temperature = 2.5 }).SaveConfig(folder.At("m"));

        using var loaded = RealmModel.Load(folder.At("m"), CPU);
        Assert.Equal(2.5, loaded.Answering.Temperature);
        model.WithAnswering(model.Answering with { Temperature = 0 }).SaveConfig(folder.At("m"));
        Assert.Contains("answering.temperature", Assert.Throws<InvalidDataException>(() => RealmModel.Load(folder.At("m"), CPU)).Message,
            StringComparison.Ordinal);
    }

    // Confidences over the whole range, right as often as the scaling says.
    private static List<QuestionOutcome> Scaled(int count, double slope, double offset)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var confidence = Sigmoid(random.NextDouble() * 8 - 4);
            return Outcome(confidence, random.NextDouble() < new PlattScaling(slope, offset).Of(confidence));
        })];
    }

    private static async Task<List<AnswerResult>> AnswerAllAsync(RealmModel model, double[]? temperatures, AnsweringDefaults? fitted = null)
    {
        await using var server = new ModelServer(model, temperatures);
        var blocks = new MemoryBlockStore(TinyModel.Blocks);
        var answerer = new QuestionAnswerer(server, blocks, null, new MemoryTermIndex(blocks), TimeProvider.System, fitted: fitted);
        var results = new List<AnswerResult>();
        foreach (var question in TinyModel.Questions)
            results.Add(await answerer.AnswerAsync(question.Question, new AnswerOptions(3, RetrieverKind.Lexical), null, CancellationToken.None));
        return results;
    }

    private static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    private static QuestionOutcome Outcome(double confidence, bool right) =>
        new("1", "Who?", ["Ada"], right ? "Ada" : "Bob", false, 0, confidence, right ? 1 : 0, 0, 1);
}
