using System.Runtime.CompilerServices;
using RealmWeb.Engine.Tensors;

namespace RealmWeb.Engine.Tests.Tensors;

/// <summary>Loads libtorch before any test's first tensor, as programs do: from the folder that REALM_LIBTORCH names, where it names one.</summary>
internal static class TorchStart
{
    [ModuleInitializer]
    internal static void Load() => TorchRuntime.Start("cpu");
}
