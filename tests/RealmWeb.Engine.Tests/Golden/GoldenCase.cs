using System.Text.Json;
using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Checkpoints;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Golden;

/// <summary>One case of a model folder's io.json, with the inputs of the case it refers to.</summary>
internal sealed class GoldenCase
{
    private readonly JsonElement _case;
    private readonly JsonElement? _base;

    private GoldenCase(JsonElement given, JsonElement? inherited)
    {
        _case = given;
        _base = inherited;
        Name = given.GetProperty("name").GetString()!;
    }

    public string Name { get; }

    public JsonElement Outputs => _case.GetProperty("outputs");

    public JsonElement? Gradients => _case.TryGetProperty("gradients", out var gradients) ? gradients : null;

    public static GoldenCase Of(string folder, string name) => All(folder).First(item => item.Name == name);

    public static IEnumerable<GoldenCase> All(string folder)
    {
        var cases = GoldenFiles.Json(folder, "io.json").GetProperty("cases").EnumerateArray().ToArray();
        return cases.Select(item => new GoldenCase(item, item.GetProperty("inputs").TryGetProperty("same_as", out var other)
            ? cases.First(candidate => candidate.GetProperty("name").GetString() == other.GetString()) : null));
    }

    public static ModelOptions Options(string folder) => ModelOptions.Load(GoldenFiles.At(folder, "config.json"));

    public static SafetensorsFile Weights(string folder) => SafetensorsFile.Open(GoldenFiles.At(folder, "model.safetensors"));

    /// <summary>An input of the case; null where it is null or not there.</summary>
    public JsonElement? Input(string name)
    {
        if (_case.GetProperty("inputs").TryGetProperty(name, out var value)
            || (_base is { } inherited && inherited.GetProperty("inputs").TryGetProperty(name, out value)))
            return value.ValueKind == JsonValueKind.Null ? null : value;
        return null;
    }

    /// <summary>The three lists of token numbers as a batch: leading dimensions become rows, no mask means all ones, no segments all zero.</summary>
    public BertInputs Inputs(string prefix = "")
    {
        using var scope = NewDisposeScope();
        var ids = GoldenFiles.Ids(Input(prefix + "input_ids")!.Value);
        ids = ids.view(-1, ids.shape[^1]);
        var mask = Input(prefix + "attention_mask") is { } given ? GoldenFiles.Ids(given).view(ids.shape) : ones_like(ids);
        var segments = Input(prefix + "token_type_ids") is { } numbers ? GoldenFiles.Ids(numbers).view(ids.shape) : zeros_like(ids);
        return new(ids, mask, segments);
    }

    /// <summary>Compares norm and samples of the gradients of the named parameters.</summary>
    public void CheckGradients(IReadOnlyDictionary<string, Tensor?> gradients)
    {
        foreach (var expected in Gradients!.Value.GetProperty("weights").EnumerateObject())
        {
            using var scope = NewDisposeScope();
            var norm = expected.Value.GetProperty("norm").GetDouble();
            if (gradients[expected.Name] is not { } gradient)
            {
                Assert.True(norm == 0, $"{Name} {expected.Name}: no gradient");
                continue;
            }
            Assert.Equal(norm, gradient.norm().item<float>(), 1e-4 * norm + 1e-5);
            var flat = gradient.reshape(-1);
            GoldenFiles.Near(GoldenFiles.Numbers(expected.Value.GetProperty("first8")), flat[..8], $"{Name} {expected.Name} first8");
            GoldenFiles.Near(
                GoldenFiles.Numbers(expected.Value.GetProperty("sample")), flat.index_select(0, GoldenFiles.Ids(expected.Value.GetProperty("sample_index"))),
                $"{Name} {expected.Name} sample");
        }
    }
}
