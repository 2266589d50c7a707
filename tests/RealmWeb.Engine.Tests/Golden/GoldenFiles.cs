using System.Text.Json;
using RealmWeb.Engine.Tensors;
using RealmWeb.TestKit;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Golden;

/// <summary>Reads the fixtures that the published port of REALM computed (tests/golden/README.md says how).</summary>
internal static class GoldenFiles
{
    /// <summary>Environment variable: where the models of the fixtures compute, as <see cref="TorchRuntime.Start"/> takes it; the processor where it is not
    /// set.</summary>
    private const string DeviceVariable = "REALM_TEST_DEVICE";

    public static Device Device { get; } = TorchRuntime.Start(Environment.GetEnvironmentVariable(DeviceVariable) ?? "cpu");

    /// <summary>A module on <see cref="Device"/>.</summary>
    public static T OnDevice<T>(this T module)
        where T : nn.Module
    {
        module.to(Device);
        return module;
    }

    /// <summary>A file of the fixtures; of those in the repository where the given folder does not have it, as one of other sizes has no tokens.</summary>
    public static string At(params string[] parts)
    {
        var given = Path.Combine([TestPaths.Golden, .. parts]);
        return File.Exists(given) ? given : Path.Combine([TestPaths.Repository, "tests", "golden", .. parts]);
    }

    public static JsonElement Json(params string[] parts) => JsonDocument.Parse(File.ReadAllBytes(At(parts))).RootElement;

    /// <summary>Nested lists as a tensor.</summary>
    public static Tensor Numbers(JsonElement element, ScalarType type = ScalarType.Float32)
    {
        var shape = new List<long>();
        for (var level = element; level.ValueKind == JsonValueKind.Array; level = level[0])
            shape.Add(level.GetArrayLength());
        var values = new List<double>();
        Flatten(element, values);
        return tensor(values.ToArray(), shape.ToArray(), dtype: type, device: Device);
    }

    public static Tensor Ids(JsonElement element) => Numbers(element, ScalarType.Int64);

    /// <summary>Within 1e-4 of the largest magnitude, plus 1e-5.</summary>
    public static void Near(Tensor expected, Tensor actual, string what)
    {
        using var scope = NewDisposeScope();
        var (e, a) = (expected.detach().to(ScalarType.Float64), actual.detach().to(ScalarType.Float64));
        Assert.Equal(e.shape, a.shape);
        var tolerance = 1e-4 * e.abs().max().item<double>() + 1e-5;
        var difference = (e - a).abs().max().item<double>();
        Assert.True(difference <= tolerance, $"{what}: largest difference {difference:g3}, allowed {tolerance:g3}");
    }

    private static void Flatten(JsonElement element, List<double> values)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            values.Add(element.ValueKind switch
            {
                JsonValueKind.True => 1,
                JsonValueKind.False => 0,
                JsonValueKind.Null => double.NaN,
                _ => element.GetDouble(),
            });
            return;
        }
        foreach (var child in element.EnumerateArray())
            Flatten(child, values);
    }
}
