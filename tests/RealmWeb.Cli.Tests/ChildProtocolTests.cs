using System.Text.Json;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Progress;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Cli.Tests;

/// <summary>What the command writes, the jobs read.</summary>
public sealed class ChildProtocolTests
{
    private static readonly Dictionary<string, double> Odd = new()
    {
        ["loss"] = double.NaN, ["highest"] = double.PositiveInfinity, ["lowest"] = double.NegativeInfinity, ["accuracy"] = 0.1 + 0.2,
            ["least"] = double.Epsilon,
    };

    [Fact]
    public void Progress_IsReadAsItWasWritten_WithNaNAndInfinities()
    {
        var written = new ChildProgress(7, null, "steps", "Reader \"of\" a Zürich\nmodel", double.PositiveInfinity, Odd);

        var read = Assert.IsType<ChildProgress>(ChildProtocol.TryRead(ChildProtocol.Line(written)));

        Assert.Equal(written with { Metrics = read.Metrics }, read);
        Assert.Equal(Odd.OrderBy(metric => metric.Key), read.Metrics.OrderBy(metric => metric.Key));
    }

    [Fact]
    public void LogAndBeat_AreReadAsTheyWereWritten()
    {
        var log = new ChildLog("{\"done\":1} is no progress", "warning");

        Assert.Equal(log, ChildProtocol.TryRead(ChildProtocol.Line(log)));
        Assert.Equal(new ChildBeat(), ChildProtocol.TryRead(ChildProtocol.Line(new ChildBeat())));
    }

    [Theory]
    [InlineData("terminate called after throwing an instance of 'std::bad_alloc'")]
    [InlineData("{ this is a brace")]
    [InlineData("{}")]
    [InlineData("""{"protocol":"one","type":"beat"}""")]
    [InlineData("""{"protocol":1,"type":"telegram"}""")]
    public void Text_IsNoMessage(string line) => Assert.Null(ChildProtocol.TryRead(line));

    [Fact]
    public void Message_OfAnotherVersion_IsRefusedWithBothNumbers()
    {
        var other = ChildProtocol.Line(new ChildBeat()).Replace(":1", ":2", StringComparison.Ordinal);

        var refused = Assert.Throws<ChildProtocolException>(() => ChildProtocol.TryRead(other));

        Assert.Contains("version 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("version 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Command_TellsOfNaN_InsteadOfEnding()
    {
        using var errors = new StringWriter();
        var writer = new ProgressWriter(ProgressKind.Json, errors);

        writer.Report(new OperationProgress("Reader", 3, 3, "steps", 0) { Metrics = Odd });

        var told = Assert.IsType<ChildProgress>(ChildProtocol.TryRead(errors.ToString().TrimEnd()));
        Assert.True(double.IsNaN(told.Metrics["loss"]));
        Assert.Equal((3, "Reader"), (told.Done, told.Stage));
    }

    [Fact]
    public void Evaluation_IsReadAsItWasPrinted()
    {
        var depths = new Dictionary<int, double> { [1] = 40, [5] = double.NaN };
        var printed = new EvaluationResult(
            10, 8, 50, double.NaN, 51, 52, 53, depths, depths, null, 44.5, 90, new NoAnswerQuality(null, 100, 66), 100, 12.5,
            true, new CalibrationReport(8, 0.1, double.PositiveInfinity, [new ReliabilityBin(0, 0.1, 0, 0, 0)]), null, "small", "g1", RetrieverKind.Hybrid,
                2.5);

        var json = JsonSerializer.Serialize(printed, ChildProtocol.Results);
        var read = ChildProtocol.ReadResult<EvaluationResult>(json);

        Assert.Equal(json, JsonSerializer.Serialize(read, ChildProtocol.Results));
        Assert.Contains("\"retriever\": \"hybrid\"", json, StringComparison.Ordinal);
        Assert.Equal(
            ["n", "answerable", "em", "f1", "emOrqa", "forcedEm", "forcedF1", "recall@1", "recall@5", "mrr", "readerOracle", "unanswerableRecognised",
                "falseRefusals", "calibrationError", "seconds"],
            read.Figures().Keys);
        Assert.Throws<JsonException>(() => ChildProtocol.ReadResult<EvaluationResult>("""{"generation":"g1"}"""));
    }
}
