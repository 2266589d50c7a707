using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>The modules of a model, which several bundles share (<see cref="RealmModel"/>): in one place, so that each is disposed once.</summary>
internal sealed class ModelModules : IDisposable
{
    private readonly List<nn.Module> _modules = [];

    /// <summary>Owns a new module from here on, and has it ready to answer: without dropout until training begins.</summary>
    public T Add<T>(T module)
        where T : nn.Module
    {
        module.eval();
        _modules.Add(module);
        return module;
    }

    public void To(Device device)
    {
        foreach (var module in _modules)
            module.to(device);
    }

    public void Dispose()
    {
        foreach (var module in _modules)
            module.Dispose();
        _modules.Clear();
    }
}
