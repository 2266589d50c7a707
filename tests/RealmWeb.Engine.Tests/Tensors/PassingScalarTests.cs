using System.Reflection;
using System.Reflection.Emit;
using RealmWeb.Engine.Models;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Tensors;

/// <summary>A number, or the factor 1 of a sum, becomes a Scalar that nothing holds; the collector may free it while libtorch reads it. It happened: a
/// training ended once in some hundred thousand sums.</summary>
public sealed class PassingScalarTests
{
    private static readonly Type[] Numbers = [typeof(int), typeof(long), typeof(float), typeof(double)];

    // What runs once a model or a few times an index, and not for every batch.
    private static readonly string[] Rare = ["RandomModel", "Partitioner"];

    [Fact]
    public void Engine_AddsTensorsAndNumbers_WithScalarsThatAreHeld()
    {
        var calls = typeof(RealmModel).Assembly.GetTypes().Where(type => !Rare.Contains(type.Name))
            .SelectMany(type => type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)))
            .SelectMany(method => Called(method).Where(Passes).Select(called => $"{method.DeclaringType}.{method.Name} calls {called}"));

        Assert.Empty(calls);
        // The scan sees such calls where there are some.
        Assert.Contains(Called(typeof(PassingScalarTests).GetMethod(nameof(Sum), Everything)!), Passes);
    }

    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static Tensor Sum(Tensor left, Tensor right) => left + right;

    private static bool Passes(MethodBase called) => called.DeclaringType == typeof(Tensor) && called.GetParameters() is var given
        && (called.Name is "op_Addition" || (called.Name is "add" or "add_" && given.Length == 1)
            || (called.Name.StartsWith("op_", StringComparison.Ordinal) && given.Any(parameter => Numbers.Contains(parameter.ParameterType))));

    // Bytes that only look like a call name no method, or one that passes nothing.
    private static IEnumerable<MethodBase> Called(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i + 4 < code.Length; i++)
        {
            if ((code[i] == OpCodes.Call.Value || code[i] == OpCodes.Callvirt.Value) && Resolve(method, BitConverter.ToInt32(code, i + 1)) is { } called)
                yield return called;
        }
    }

    private static MethodBase? Resolve(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveMethod(token, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);
        }
        catch (Exception nothing) when (nothing is ArgumentException or BadImageFormatException)
        {
            return null;
        }
    }
}
