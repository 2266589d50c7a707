using System.Globalization;
using System.Xml.Linq;
using RealmWeb.Cli.Plots;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Training;

namespace RealmWeb.Cli.Tests;

public sealed class PlotTests : IDisposable
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("realmweb-plot-");

    [Fact]
    public async Task Plot_DrawsTrainingsAndRecall()
    {
        // given two trainings, one of which measures less, and two reports
        Train("first", "realm", steps: 1000, "loss", "nullMass");
        Train("second", "ict", steps: 50, "loss");
        Report("before.jsonl", 3, null);
        Report("after.jsonl", 1, 12);

        var code = await PlotAsync("first", "second/ict", "--metrics", "loss", "nullMass", "unknown", "--recall", $"dev:before={At("before.jsonl")}", $"dev:after <&>={At("after.jsonl")}");

        // then each panel has a line for each that knows it, and all points are inside
        Assert.Equal(0, code);
        var svg = XDocument.Load(At("plots", "out.svg")).Root!;
        var words = svg.Descendants(Svg + "text").Select(text => text.Value).ToList();
        Assert.All(["loss", "nullMass", "recall@k, %, dev", "first/realm", "second/ict", "before", "after <&>"], word => Assert.Contains(word, words));
        Assert.DoesNotContain("unknown", words);
        var lines = svg.Descendants(Svg + "polyline").Select(line => Points((string)line.Attribute("points")!)).ToList();
        Assert.Equal([120, 50, 120, 4, 4], lines.Select(line => line.Count));
        var (width, height) = ((double)svg.Attribute("width")!, (double)svg.Attribute("height")!);
        Assert.All(lines.SelectMany(line => line), point => Assert.True(point.X >= 0 && point.X <= width && point.Y >= 0 && point.Y <= height));
        // A recall that rises goes up on the page.
        Assert.True(lines[4][0].Y > lines[4][3].Y);
        Assert.True(new FileInfo(At("plots", "out.svg")).Length < 30_000);
    }

    [Fact]
    public async Task Plot_KeepsItsLegendWithinThePicture_AndTellsSevenTrainingsApart()
    {
        var names = Enumerable.Range(1, 7).Select(number => $"a-training-with-a-long-name-{number}").ToArray();
        foreach (var name in names)
            Train(name, "realm", steps: 5, "loss");

        Assert.Equal(0, await PlotAsync([.. names, "--metrics", "loss"]));

        var svg = XDocument.Load(At("plots", "out.svg")).Root!;
        var width = (double)svg.Attribute("width")!;
        var legend = svg.Descendants(Svg + "text").Where(text => text.Value.EndsWith("/realm", StringComparison.Ordinal)).ToList();
        Assert.Equal(7, legend.Count);
        // Six units and a bit a letter at this size.
        Assert.All(legend, text => Assert.InRange((double)text.Attribute("x")! + 6.2 * text.Value.Length, 0, width));
        Assert.Equal(7, svg.Descendants(Svg + "polyline").Select(line => ((string?)line.Attribute("stroke"), (string?)line.Attribute("stroke-dasharray"))).Distinct().Count());
    }

    [Fact]
    public async Task Plot_SaysWhatIsMissing()
    {
        Assert.Equal(1, await PlotAsync("nobody"));
        Assert.Equal(1, await PlotAsync());
        Assert.Equal(1, await PlotAsync("--recall", "no-file"));
        Assert.False(File.Exists(At("plots", "out.svg")));
    }

    [Theory]
    [InlineData(0, 1, 5, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(-3, 7, 5, "-2 0 2 4 6")]
    [InlineData(101, 1199, 5, "500 1000")]
    [InlineData(0.501, 0.502, 5, "0.501 0.5012 0.5014 0.5016 0.5018 0.502")]
    public void Ticks_AreRoundNumbersInTheRange(double low, double high, int about, string expected) =>
        Assert.Equal(expected, string.Join(' ', SvgPlot.Ticks(low, high, about).Select(tick => Math.Round(tick, 9).ToString(CultureInfo.InvariantCulture))));

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<int> PlotAsync(params string[] arguments) =>
        RealmCommand.RunAsync(["--data-dir", _folder.FullName, "--progress", "none", "plot", .. arguments, "--out", At("plots", "out.svg")]);

    private void Train(string run, string stage, int steps, params string[] metrics)
    {
        var log = new TrainingLog(At("training", run, stage), 400, 0);
        for (var step = 1; step <= steps; step++)
            log.Add(new TrainingLogEntry(step, metrics.ToDictionary(name => name, _ => Math.Sin(step / 50.0))));
    }

    private void Report(string name, params int?[] ranks) => OutcomeFile.Write(
        At(name), ranks.Select((rank, i) => new QuestionOutcome($"{i}", "Who?", ["she"], null, false, 0, 0, 0, 0, rank)));

    private static List<(double X, double Y)> Points(string points) => [.. points.Split(' ')
        .Select(point => point.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())
        .Select(pair => (pair[0], pair[1]))];

    private string At(params string[] names) => Path.Combine([_folder.FullName, .. names]);
}
