using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Training;

/// <summary>Takes parameters out of a training for as long as this lives: no gradient is computed for them.</summary>
internal sealed class FrozenParameters : IDisposable
{
    private readonly Dictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);

    /// <param name="parts">A parameter with one of them in its name is frozen.</param>
    /// <exception cref="InvalidOperationException">A part is in no name: most likely it is misspelt, and all would be trained.</exception>
    public FrozenParameters(nn.Module module, IReadOnlyList<string> parts)
    {
        var all = module.named_parameters().ToList();
        foreach (var part in parts)
        {
            var found = all.Where(entry => entry.name.Contains(part, StringComparison.Ordinal)).ToList();
            if (part.Length == 0 || found.Count == 0)
                throw new InvalidOperationException(
                    $"\"frozen\" names \"{part}\", which no parameter has in its name. They are called "
                    + $"{string.Join(", ", all.Take(3).Select(entry => entry.name))} and so on.");
            foreach (var (name, parameter) in found.Where(entry => entry.parameter.requires_grad))
                _parameters[name] = parameter;
        }
        foreach (var parameter in _parameters.Values)
            parameter.requires_grad = false;
    }

    public bool Has(string name) => _parameters.ContainsKey(name);

    public void Dispose()
    {
        foreach (var parameter in _parameters.Values)
            parameter.requires_grad = true;
    }
}
