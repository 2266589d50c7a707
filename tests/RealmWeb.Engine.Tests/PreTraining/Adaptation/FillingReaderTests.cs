using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.PreTraining.Adaptation;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Text;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.PreTraining.Adaptation;

[Collection(SeededTests.Name)]
public sealed class FillingReaderTests
{
    private const string Sentence = "The stone bridge was finished under Bishop Aldo.";

    [Theory]
    [InlineData("bridge")]
    [InlineData("Bishop Aldo")]
    public void Likelihood_IsTheProductOverTheHiddenPieces(string answer)
    {
        using var model = TinyModel.Create().WithHead(3);
        var start = Sentence.IndexOf(answer, StringComparison.Ordinal);
        var span = new RetrievableSpan(0, Sentence, new TextSpan(start, start + answer.Length), [3]);
        IReadOnlyList<Block> blocks = [TinyModel.Blocks[3], TinyModel.Blocks[0]];

        var read = new FillingReader(model).Read(span, blocks);

        Assert.Equal(blocks.Select(block => Direct(model, answer, block)), read, (expected, actual) => Math.Abs(expected - actual) < 1e-6 * expected);
        Assert.NotEqual(read[0], read[1]);
    }

    [Fact]
    public void Reader_SaysWhatIsMissing_WhenTheModelNeverPredictedWords()
    {
        using var model = TinyModel.Create();

        var failure = Assert.Throws<InvalidOperationException>(() => new FillingReader(model));

        Assert.Contains("realm pretrain --objective mlm", failure.Message, StringComparison.Ordinal);
    }

    // One passage alone, all scores of the vocabulary.
    private static double Direct(RealmModel model, string answer, Block block)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var pieces = model.Tokenizer.Encode(Sentence);
        var start = Sentence.IndexOf(answer, StringComparison.Ordinal);
        List<int> places = [.. Enumerable.Range(0, pieces.Count).Where(i => pieces[i].Start >= start && pieces[i].End <= start + answer.Length)];
        var masked = pieces.Select((piece, i) => places.Contains(i) ? piece with { Id = model.Vocabulary.MaskId } : piece).ToList();
        var question = $"{Sentence[..start]}what{Sentence[(start + answer.Length)..].TrimEnd('.')}?";
        var body = model.Tokenizer.Encode(block.Text);
        var features = model.Features!.Compute(model.Features.Analyse(question, model.Tokenizer.Encode(question)), block.Text, body);
        using var inputs = model.Featurizer.Pack([model.Featurizer.Joint(masked, body, features, model.Options.Encoder.MaxPositions)], CPU);
        var logits = KnowledgeAugmentedEncoder.Of(model).Logits(inputs, tensor([.. places.Select(place => place + 1L)], [1, places.Count]));
        var probabilities = logits.softmax(2);
        return places.Select((place, i) => (double)probabilities[0, i, pieces[place].Id].item<float>()).Aggregate(1.0, (a, b) => a * b);
    }
}
