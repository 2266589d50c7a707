using System.Text.Json;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Text;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Reads and writes the folder of a model (<see cref="ModelFiles"/>).</summary>
internal static class ModelFolder
{
    private const string AnsweringKey = "answering";
    private const string VocabularyKey = "vocab_sha256";
    private const string HeadPrefix = "reader.cls.";

    /// <summary>Reads a model folder.</summary>
    /// <param name="modelsFolder">Where else the base may stand of a model that stores what training changed: the models of a data folder. Null for
    /// nowhere.</param>
    /// <exception cref="CheckpointException">A weight is missing, misshapen or not a number; the message names it.</exception>
    /// <exception cref="InvalidDataException">config.json is unusable.</exception>
    /// <exception cref="FileNotFoundException">A file of the folder is missing.</exception>
    public static RealmModel Load(string folder, Device device, string? modelsFolder = null)
    {
        var weights = TensorFiles.Find(folder) ?? ModelFiles.Weights(folder);
        foreach (var needed in new[] { ModelFiles.Config(folder), weights, ModelFiles.Vocabulary(folder) })
        {
            if (!File.Exists(needed))
                throw new FileNotFoundException(
                    $"The model folder {folder} lacks {Path.GetFileName(needed)}. A model has config.json, model.safetensors and vocab.txt.", needed);
        }
        var options = ModelOptions.Load(ModelFiles.Config(folder));
        var vocabulary = LoadVocabulary(folder, options);
        var answering = options.Other.TryGetValue(AnsweringKey, out var stored) ? stored.Deserialize<AnsweringDefaults>(JsonSerializerOptions.Web) : null;
        answering?.Validate();
        using var file = OpenWeights(folder, weights, options, modelsFolder);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var model = new RealmModel(name, options, answering ?? new AnsweringDefaults(), vocabulary, LexicalTensors.Read(file, options.Encoder), device);
        try
        {
            foreach (var (part, prefix) in Parts(model))
                StateDict.LoadInto(part, file, prefix);
            if (file.Contains(HeadPrefix + "predictions.bias"))
            {
                model = model.WithHead(0);
                StateDict.LoadInto(model.Head!, file, HeadPrefix, StateDictOptions.TiedHead);
            }
            model.ToDevice();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes the model whole; each file under a temporary name first, the configuration last.</summary>
    /// <param name="storeAs">Float16 halves the size; Float32 keeps every bit.</param>
    public static void Save(RealmModel model, string folder, ScalarType storeAs)
    {
        using (no_grad())
        using (NewDisposeScope())
            Save(model, folder, Tensors(model), storeAs, model.Options.Without(ModelBase.Key));
    }

    /// <summary>Writes what training changed of a base, and which base that is.</summary>
    /// <param name="baseFolder">Folder of the base.</param>
    /// <param name="storeAs">Int8 for codes of 8 bits a row; Float16 or Float32.</param>
    /// <exception cref="FileNotFoundException">There is no base in the folder.</exception>
    public static void SaveChanged(RealmModel model, string folder, string baseFolder, ScalarType storeAs)
    {
        var named = ModelBase.Of(baseFolder);
        using var start = SafetensorsFile.Open(ModelFiles.Weights(baseFolder));
        using (no_grad())
        using (NewDisposeScope())
        {
            var changed = Tensors(model).Where(entry => !IsUnchanged(entry.Name, entry.Tensor, start)).ToList();
            // Vectors are few, and a shift of all rows by one of them would not average out.
            var stored = storeAs == ScalarType.Int8
                ? changed.SelectMany(
                    entry => entry.Tensor.dim() == 2 && entry.Tensor.is_floating_point() ? RowCodes.Encode(entry.Name, entry.Tensor) : [entry]) : changed;
            Save(model, folder, stored, storeAs == ScalarType.Int8 ? null : storeAs, model.Options.With(ModelBase.Key, named));
        }
    }

    /// <summary>Writes config.json alone: enough where only <see cref="RealmModel.Answering"/> changed.</summary>
    public static void SaveConfig(RealmModel model, string folder) => SaveConfig(model, folder, model.Options);

    private static void SaveConfig(RealmModel model, string folder, ModelOptions options) =>
        options.With(AnsweringKey, model.Answering).With(VocabularyKey, model.Vocabulary.Hash).Save(ModelFiles.Config(folder));

    private static void Save(RealmModel model, string folder, IEnumerable<(string, Tensor)> tensors, ScalarType? storeAs, ModelOptions options)
    {
        Directory.CreateDirectory(folder);
        model.Vocabulary.Save(ModelFiles.Vocabulary(folder));
        SafetensorsFile.Save(ModelFiles.Weights(folder), tensors, storeAs);
        SaveConfig(model, folder, options);
    }

    private static ITensorFile OpenWeights(string folder, string weights, ModelOptions options, string? modelsFolder)
    {
        var file = RowCodes.Decode(TensorFiles.Open(weights));
        try
        {
            return ModelBase.Of(options) is { } named ? new BasedTensors(file, named.Open(folder, modelsFolder)) : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(RealmModel model)
    {
        var parts = model.Head is { } head ? Parts(model).Append((head, HeadPrefix)) : Parts(model);
        var tensors = parts.SelectMany(part => StateDict.Export(part.Module, part.Prefix)).Select(entry => (entry.Name, entry.Tensor.cpu()));
        return model.Statistics is { } statistics ? tensors.Concat(LexicalTensors.Write(statistics)) : tensors;
    }

    private static bool IsUnchanged(string name, Tensor tensor, SafetensorsFile start) =>
        BasedTensors.NameInBase(name) is { } inner && start.Contains(inner) && start.ShapeOf(inner).SequenceEqual(tensor.shape)
        && start.Load(inner, tensor.dtype).equal(tensor).all().item<bool>();

    private static IEnumerable<(nn.Module Module, string Prefix)> Parts(RealmModel model)
    {
        yield return (model.Embedder, "embedder.");
        if (model.Options.Retriever.SeparateTowers)
            yield return (model.QueryEmbedder, "query_embedder.");
        yield return (model.Reader, "reader.");
    }

    private static Vocabulary LoadVocabulary(string folder, ModelOptions options)
    {
        var path = ModelFiles.Vocabulary(folder);
        var vocabulary = Vocabulary.Load(path);
        if (vocabulary.Count != options.Encoder.VocabularySize)
            throw new InvalidDataException(
                $"{path} has {vocabulary.Count} pieces but config.json says vocab_size {options.Encoder.VocabularySize}. Use the vocab.txt that the model was "
                    + $"trained with.");
        // Published configurations do not say which vocabulary they belong to; ours do, since one of the same length would pass unnoticed.
        if (options.Other.TryGetValue(VocabularyKey, out var hash) && hash.ToString() != vocabulary.Hash)
            throw new InvalidDataException(
                $"{path} holds other pieces, or holds them in another order, than the vocabulary that the model was saved with. Use the vocab.txt that "
                    + $"belongs to it.");
        return vocabulary;
    }
}
