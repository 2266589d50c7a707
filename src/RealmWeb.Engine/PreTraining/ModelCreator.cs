using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Text;
using TorchSharp;

namespace RealmWeb.Engine.PreTraining;

/// <summary>Makes a new small model from plain text: its vocabulary, how rare each piece is, vectors, random weights.</summary>
public static class ModelCreator
{
    /// <param name="texts">Opens a pass over the text, a document each; called more than once.</param>
    public static RealmModel Create(
        string name, ModelCreationOptions options, Func<IEnumerable<string>> texts, torch.Device device, IProgress<OperationProgress>? progress,
            CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(texts);
        progress?.Report(new OperationProgress("Learning the vocabulary", 0, null, "documents", 0));
        var vocabulary = WordPieceTrainer.Train(texts(), options.VocabularySize, null, cancellationToken);
        var tokenizer = new WordPieceTokenizer(vocabulary);

        progress?.Report(new OperationProgress("Counting pieces", 0, null, "documents", 0));
        var pieces = new List<int>();
        var paragraphs = new List<int[]>();
        foreach (var text in texts())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var paragraph in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                int[] ids = [.. tokenizer.Encode(paragraph).Select(piece => piece.Id)];
                if (ids.Length == 0)
                    continue;
                paragraphs.Add([.. ids.Distinct()]);
                pieces.AddRange(ids);
                pieces.Add(-1);
            }
        }
        var idf = LexicalStatistics.CountInverseDocumentFrequency(paragraphs, vocabulary.Count);
        float[]? vectors = null;
        if (options.WordVectors is { } skipGram)
        {
            if (skipGram.Dimension != options.Model.Encoder.HiddenSize)
                throw new ArgumentException(
                    $"wordVectors.dimension is {skipGram.Dimension} but hidden_size is {options.Model.Encoder.HiddenSize}. Make them equal.", nameof(options));
            vectors = SkipGramTrainer.Train([.. pieces], vocabulary.Count, skipGram, progress, cancellationToken);
        }
        var statistics = options.LexicalFeatures ? LexicalStatistics.Create(idf, vectors ?? [], vectors is null ? 0 : options.Model.Encoder.HiddenSize) : null;
        return RealmModel.Create(name, options.Model, vocabulary, statistics, vectors, options.Seed, device);
    }
}
