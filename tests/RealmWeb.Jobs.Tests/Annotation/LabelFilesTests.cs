using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Questions.Labels;
using RealmWeb.Jobs.Annotation;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Annotation;

/// <summary>Labels in the real database, their documents in a real corpus, and files of them.</summary>
public sealed class LabelFilesTests : IDisposable
{
    private const string Line = "In 1541 Orellana led them down the river, and 50 men came back in the end.";

    private readonly TempData _data = new(services => services.AddSingleton<LabelExport>().AddSingleton<LabelImport>());
    private readonly CorpusStore _rivers;

    public LabelFilesTests()
    {
        _rivers = _data.Corpora.Create("rivers");
        _rivers.Import("amazon.txt", "Amazon", $"The first line.\n{Line}\nThe last line.");
        _data.Corpora.Create("copy");
    }

    public static TheoryData<LabelForm> Forms => [.. Enum.GetValues<LabelForm>()];

    public void Dispose() => _data.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Export_IsByteEqual_AfterImportIntoAnotherCorpus(LabelForm form)
    {
        await SubmitAsync("Who led them?", "Orellana");
        await SubmitAsync("How many came back?", "50");
        await SubmitAsync("Who stayed?", null);
        var (first, second) = (PathOf("first", form), PathOf("second", form));

        var written = await ExportAsync(first, form: form);
        var read = await _data.Get<LabelImport>().ReadAsync("copy", first, form, "bob", TestContext.Current.CancellationToken);
        var again = await ExportAsync(second, "copy", form);

        Assert.Equal((3, 0), (written.Questions, written.LeftOut));
        Assert.Equal((3, 0), (read.Added, read.LeftOut.Count));
        Assert.Equal(await File.ReadAllBytesAsync(first, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(second, TestContext.Current.CancellationToken));
        Assert.Equal(written.Sha256, again.Sha256);
    }

    [Fact]
    public async Task Import_AddsNothing_WhenItIsDoneTwice()
    {
        await SubmitAsync("Who led them?", "Orellana");
        var file = PathOf("labels", LabelForm.QuestionLines);
        await ExportAsync(file);

        await _data.Get<LabelImport>().ReadAsync("copy", file, LabelForm.QuestionLines, "bob", TestContext.Current.CancellationToken);
        var twice = await _data.Get<LabelImport>().ReadAsync("copy", file, LabelForm.QuestionLines, "bob", TestContext.Current.CancellationToken);

        Assert.Equal((0, 1), (twice.Added, twice.AlreadyThere));
        Assert.Equal(1, await _data.Get<LabelStore>().CountAsync("copy", cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Export_FailsByName_AndWritesNothing_WhenMarkedWordsDoNotStandThere()
    {
        var label = await SubmitAsync("Who led them?", "Orellana", words: "Orellano");
        var file = PathOf("labels", LabelForm.Squad);

        var error = await Assert.ThrowsAsync<LabelMismatchException>(() => ExportAsync(file, form: LabelForm.Squad));

        Assert.Contains($"Label {label}: The passage has \"Orellana\"", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Split_HasTheLabelsOfItsDocumentsAlone()
    {
        await SubmitAsync("Who led them?", "Orellana");
        var part = LabelSplits.Of("amazon.txt");
        var other = Enum.GetValues<LabelSplit>().First(split => split != part);

        Assert.Equal(1, (await _data.Get<LabelExport>().WriteAsync("rivers", PathOf("own", LabelForm.QuestionLines), part,
            cancellationToken: TestContext.Current.CancellationToken)).Questions);
        Assert.Equal(0, (await _data.Get<LabelExport>().WriteAsync("rivers", PathOf("other", LabelForm.QuestionLines), other,
            cancellationToken: TestContext.Current.CancellationToken)).Questions);
    }

    [Fact]
    public async Task Label_StaysAsItIs_WhenTheDocumentChangedElsewhere()
    {
        await SubmitAsync("Who led them?", "Orellana");

        _rivers.Import("amazon.txt", "Amazon", $"Another first line, which is longer.\n{Line}\nThe last line.");
        var written = await ExportAsync(PathOf("labels", LabelForm.QuestionLines));

        Assert.Equal((1, 0), (written.Questions, written.Stale));
        Assert.Equal(37, Assert.Single(await PassagesAsync()).BlockStart);
    }

    [Fact]
    public async Task Label_MovesWithItsWords_WhenItsPassageIsCutAnew()
    {
        await SubmitAsync("Who led them?", "Orellana");

        _rivers.Import("amazon.txt", "Amazon", $"A new beginning. {Line[..60]}, and so on.\nThe last line.");
        var written = await ExportAsync(PathOf("labels", LabelForm.QuestionLines));
        var passage = Assert.Single(await PassagesAsync());
        var span = Assert.Single(passage.Spans);

        Assert.Equal((1, 0), (written.Questions, written.Stale));
        Assert.StartsWith("A new beginning.", passage.Text, StringComparison.Ordinal);
        Assert.Equal("Orellana", passage.Text[span.Start..span.End]);
    }

    [Theory]
    [InlineData("In 1542 Orellana sailed alone.")]
    [InlineData(null)]
    public async Task Label_IsStaleAndLeftOut_WhenItsTextNoLongerStands(string? text)
    {
        await SubmitAsync("Who led them?", "Orellana");

        if (text is null)
            _rivers.Documents.Delete(_rivers.Documents.FindId("amazon.txt")!.Value);
        else
            _rivers.Import("amazon.txt", "Amazon", text);
        var written = await ExportAsync(PathOf("labels", LabelForm.QuestionLines));

        Assert.Equal((0, 1), (written.Questions, written.Stale));
        Assert.True(Assert.Single(await PassagesAsync()).Stale);
    }

    [Fact]
    public async Task Label_StandsAgain_WhenItsDocumentComesBack()
    {
        await SubmitAsync("Who led them?", "Orellana");
        _rivers.Documents.Delete(_rivers.Documents.FindId("amazon.txt")!.Value);
        await ExportAsync(PathOf("without", LabelForm.QuestionLines));

        _rivers.Import("amazon.txt", "Amazon", Line);
        var written = await ExportAsync(PathOf("with", LabelForm.QuestionLines));

        Assert.Equal((1, 0), (written.Questions, written.Stale));
    }

    private Task<LabelExportResult> ExportAsync(string path, string corpus = "rivers", LabelForm form = LabelForm.QuestionLines) =>
        _data.Get<LabelExport>().WriteAsync(corpus, path, form: form, cancellationToken: TestContext.Current.CancellationToken);

    private string PathOf(string name, LabelForm form) => Path.Combine(_data.Folder, $"{name}.{(form == LabelForm.QuestionLines ? "jsonl" : "json")}");

    private async Task<IEnumerable<LabelPassage>> PassagesAsync() =>
        (await _data.Get<LabelStore>().SubmittedAsync("rivers", TestContext.Current.CancellationToken)).SelectMany(item => item.Labels)
        .SelectMany(label => label.Passages);

    /// <param name="answer">What is marked in the line; null where nothing answers.</param>
    /// <param name="words">What the label says was marked; null for the answer.</param>
    private async Task<long> SubmitAsync(string question, string? answer, string? words = null)
    {
        var document = _rivers.Documents.FindId("amazon.txt")!.Value;
        var block = _rivers.Blocks.OfDocument(document).Single(block => block.Text == Line);
        var start = answer is null ? 0 : Line.IndexOf(answer, StringComparison.Ordinal);
        var now = TimeProvider.System.GetUtcNow();
        var label = new Label
        {
            By = "ann", State = LabelState.Submitted, NoAnswer = answer is null, SubmittedAt = now,
            Passages =
            [
                new LabelPassage
                {
                    Rank = 1, DocumentId = document, Document = "amazon.txt", BlockId = block.BlockId, BlockStart = block.Start, Title = block.Title, Text = block.Text,
                    Grade = answer is null ? 0 : 3,
                    Spans = answer is null ? [] : [new LabelSpan { Rank = 1, Start = start, End = start + answer.Length, Text = words ?? answer }],
                },
            ],
        };
        await _data.Get<LabelStore>().AddAsync(
            [(new AnnotationItem { Corpus = "rivers", Question = question, Source = ItemSource.ByHand, Given = 1 }, label)], TestContext.Current.CancellationToken);
        return label.Id;
    }
}
