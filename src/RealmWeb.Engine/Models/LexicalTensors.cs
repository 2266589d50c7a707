using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Featurization;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>The statistics of lexical features as tensors of a model's file.</summary>
internal static class LexicalTensors
{
    private const string IdfName = "lexical.inverse_document_frequency";
    private const string VectorsName = "lexical.word_vectors";

    public static IEnumerable<(string Name, Tensor Tensor)> Write(LexicalStatistics statistics)
    {
        yield return (IdfName, tensor(statistics.InverseDocumentFrequency));
        if (statistics.Dimension > 0)
            yield return (VectorsName, tensor(statistics.WordVectors, [statistics.InverseDocumentFrequency.Length, statistics.Dimension]));
    }

    /// <returns>Null for a model without lexical features.</returns>
    /// <remarks>A wrong size here would only show when a question touches a piece beyond it, so it is refused with the file.</remarks>
    /// <exception cref="CheckpointException">A tensor is missing, misshapen or not a number.</exception>
    /// <exception cref="InvalidDataException">config.json has other features than this program.</exception>
    public static LexicalStatistics? Read(ITensorFile file, BertOptions options)
    {
        if (!file.Contains(IdfName))
            return options.FeatureSizes.Length == 0 ? null
                : throw new CheckpointException(
                    file.Path, IdfName, "the file lacks it, and config.json says that the model reads with lexical features. Use the files that were saved "
                    + "together.");
        if (!options.FeatureSizes.SequenceEqual(LexicalFeatures.Sizes))
            throw new InvalidDataException(
                $"config.json beside {file.Path} has feature_sizes [{string.Join(", ", options.FeatureSizes)}], but the lexical features have "
                + $"[{string.Join(", ", LexicalFeatures.Sizes)}]. Use the config.json that the model was saved with.");
        if (file.ShapeOf(IdfName) is not [var rows] || rows != options.VocabularySize)
            throw WrongSize(IdfName, "number");
        if (file.Contains(VectorsName) && (file.ShapeOf(VectorsName) is not [var vectorRows, > 0] || vectorRows != options.VocabularySize))
            throw WrongSize(VectorsName, "vector");
        using var scope = NewDisposeScope();
        var idf = file.Load(IdfName, ScalarType.Float32).data<float>().ToArray();
        if (!Array.TrueForAll(idf, float.IsFinite))
            throw new CheckpointException(file.Path, IdfName, "it holds NaN or infinity. The file is damaged; take another copy.");
        if (!file.Contains(VectorsName))
            return new LexicalStatistics(idf, [], 0);
        var vectors = file.Load(VectorsName, ScalarType.Int8);
        return new LexicalStatistics(idf, vectors.data<sbyte>().ToArray(), (int)vectors.shape[1]);

        CheckpointException WrongSize(string name, string what) => new(
            file.Path, name, $"it should have one {what} for each of the {options.VocabularySize} pieces. Load it with the vocab.txt that it was saved with.");
    }
}
