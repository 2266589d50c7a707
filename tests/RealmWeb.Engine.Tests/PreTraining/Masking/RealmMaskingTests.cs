using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;

namespace RealmWeb.Engine.Tests.PreTraining.Masking;

public sealed class RealmMaskingTests : IDisposable
{
    private const string Sentence = "the oldest stall sells cheese and wool.";

    private static readonly IReadOnlyList<Block> Texts = [Block.Create("", Sentence, 0), .. TinyModel.Blocks];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_HidesWhatAListNames()
    {
        // given a sentence without any name, and then a list that has its last word
        var options = new RealmPreTrainingOptions();
        Assert.Null(Hidden(options));
        File.WriteAllText(_folder.At("names.txt"), "wool\n");

        var named = options with { Salient = new() { Names = "names.txt" } };

        Assert.Equal("wool", Hidden(named));
        Assert.Equal("wool", Hidden(new PreTrainingOptions { MaskingKind = MaskingKind.Salient, Salient = named.Salient }));
    }

    [Fact]
    public void Create_HidesWhatALabelledFileTeaches()
    {
        File.WriteAllText(_folder.At("labels.conll"),
            string.Concat(Enumerable.Repeat("the O\noldest O\nstall O\nsells O\ncheese B-X\nand O\nwool O\n. O\n\n", 20)));

        Assert.Equal("cheese", Hidden(new RealmPreTrainingOptions { Salient = new() { Conll = "labels.conll" } }));
    }

    [Fact]
    public void Create_TakesTheCapitalsOfAnotherCorpus()
    {
        // given statistics in which Wool is a name, and a corpus that says nothing of it
        TrueCasingTagger.Train(Enumerable.Repeat("He lived in Wool for years, and from Wool he wrote.", 50)).Save(_folder.At("casing.txt"));
        var options = new RealmPreTrainingOptions { Salient = new() { Casing = "casing.txt" } };

        Assert.Equal("wool", Hidden(options, "he sells cheese in Wool."));
        Assert.Throws<FileNotFoundException>(() => Hidden(options with { Salient = new() { Casing = "missing.txt" } }));
    }

    [Fact]
    public void Create_PassesTheSettingsOfEachKindOn()
    {
        var everything = new MaskingOptions { Probability = 1 };
        var long_ = new RandomSpanOptions { Probability = 1, LongestSpan = 1 };

        Assert.Equal(Pieces(Sentence),
            Targets(RealmMasking.Create(
            new RealmPreTrainingOptions { Masking = MaskingKind.Uniform, Uniform = everything }, TinyModel.Vocabulary, Texts, "", default)));
        Assert.Equal(Pieces(Sentence), Targets(RealmMasking.Create(new PreTrainingOptions { Masking = everything }, TinyModel.Vocabulary, Texts, "", default)));
        Assert.Equal(Pieces(Sentence),
            Targets(RealmMasking.Create(new PreTrainingOptions { MaskingKind = MaskingKind.Span, Span = long_ }, TinyModel.Vocabulary, Texts, "", default)));
        Assert.InRange(Targets(
            RealmMasking.Create(
            new RealmPreTrainingOptions { Masking = MaskingKind.Span, MaxMasks = 2, Span = new() { SingleSpan = true, Geometric = 0.01 } },
            TinyModel.Vocabulary, Texts, "", default)), 1, 2);
    }

    private static int Pieces(string text) => TinyModel.Tokenizer.Encode(text).Count;

    private static int Targets(IMasking masking) => masking.Mask(Sentence, TinyModel.Tokenizer.Encode(Sentence), new Random(1))!.Targets.Count;

    private string? Hidden(RealmPreTrainingOptions options, string sentence = Sentence) =>
        Hidden(RealmMasking.Create(options, TinyModel.Vocabulary, Texts, _folder.At(""), CancellationToken.None), sentence);

    private string? Hidden(PreTrainingOptions options) =>
        Hidden(RealmMasking.Create(options, TinyModel.Vocabulary, Texts, _folder.At(""), CancellationToken.None), Sentence);

    // The text behind the hidden pieces, lower case.
    private static string? Hidden(IMasking masking, string sentence)
    {
        var pieces = TinyModel.Tokenizer.Encode(sentence);
        return masking.Mask(sentence, pieces, new Random(1)) is { } masked
            ? sentence[pieces[masked.Targets[0].Position].Start..pieces[masked.Targets[^1].Position].End].ToLowerInvariant()
            : null;
    }
}
