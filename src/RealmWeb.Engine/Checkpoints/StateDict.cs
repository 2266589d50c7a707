using static TorchSharp.torch;

namespace RealmWeb.Engine.Checkpoints;

/// <summary>What <see cref="StateDict.LoadInto"/> lets pass. Names are meant without the prefix; a name matches if it starts with a pattern.</summary>
public sealed record StateDictOptions
{
    /// <summary>Parameters of the model that keep their values where the file lacks them.</summary>
    public IReadOnlyList<string> MayBeMissing { get; init; } = [];

    /// <summary>Tensors of the file that the model has no place for.</summary>
    public IReadOnlyList<string> MayBeUnused { get; init; } = [];

    /// <summary>Published embedders and readers carry a masked-LM head that nothing uses (its decoder is even random).</summary>
    public static StateDictOptions Published { get; } = new() { MayBeUnused = ["cls.predictions.", "cls.seq_relationship."] };

    /// <summary>Published masked-LM heads carry a decoder of their own that nothing wrote; ours decode with the word embeddings, as BERT does.</summary>
    public static StateDictOptions TiedHead { get; } = new() { MayBeUnused = ["predictions.decoder.", "seq_relationship."] };
}

/// <summary>What became of the tensors of a file.</summary>
public sealed record StateDictReport(IReadOnlyList<string> Loaded, IReadOnlyList<string> Missing, IReadOnlyList<string> Unused);

/// <summary>Moves weights between modules and files under the published names.</summary>
public static class StateDict
{
    /// <summary>Copies the tensors called <paramref name="prefix"/> + name into the parameters of a module.</summary>
    /// <returns>Which were loaded, missing and unused, where the options let them be.</returns>
    /// <exception cref="CheckpointException">A tensor is missing or unused against the options, has another shape, or holds NaN or
    /// infinity. The module is unchanged unless the reason is NaN or infinity.</exception>
    public static StateDictReport LoadInto(nn.Module module, ITensorFile file, string prefix = "", StateDictOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(file);
        options ??= StateDictOptions.Published;
        var loads = new List<(string Name, string Source, Tensor Target)>();
        var missing = new List<string>();
        var unused = file.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..])
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (name, target) in Named(module))
        {
            if (TensorNames.Aliases(name).FirstOrDefault(alias => file.Contains(prefix + alias)) is not { } source)
            {
                missing.Add(name);
                continue;
            }
            unused.Remove(source);
            if (!file.ShapeOf(prefix + source).SequenceEqual(target.shape))
                throw new CheckpointException(
                    file.Path, prefix + source,
                        $"it has shape [{string.Join(", ", file.ShapeOf(prefix + source))}] but the model needs [{string.Join(", ", target.shape)}]. Load it "
                        + $"with the config.json that came with it.");
            if (target.is_floating_point() && file.TypeOf(prefix + source) is var type && !TorchSharp.torch.is_floating_point(type))
                throw new CheckpointException(
                    file.Path, prefix + source, $"it holds whole numbers ({type}) where the model has learned ones. The file was altered or written wrongly; "
                    + "fetch it again.");
            loads.Add((name, prefix + source, target));
        }
        unused.RemoveWhere(name => TensorNames.IsRedundant(name, loads.Select(load => load.Name)));
        Complain(file.Path, prefix, missing.Where(name => !Matches(options.MayBeMissing, name)), "lacks",
            "Load it into the kind of model that it was saved from.");
        Complain(file.Path, prefix, unused.Where(name => !Matches(options.MayBeUnused, name)), "has, with no place in this model,",
            "Load it into the kind of model that it was saved from, with its own config.json.");

        using var noGradient = no_grad();
        foreach (var (_, source, target) in loads)
        {
            using var scope = NewDisposeScope();
            var values = file.Load(source, target.dtype);
            if (values.is_floating_point() && !values.isfinite().all().item<bool>())
                throw new CheckpointException(
                    file.Path, source, "it holds NaN or infinity. The training that wrote it had diverged, or the file is damaged; take an earlier "
                    + "checkpoint.");
            target.copy_(values);
        }
        return new([.. loads.Select(load => load.Name)], missing, [.. unused]);
    }

    /// <summary>The parameters and buffers of a module under <paramref name="prefix"/> + name, detached; they share the module's numbers and
    /// the caller disposes them.</summary>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Export(nn.Module module, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(module);
        return [.. Named(module).Select(item => (prefix + item.Name, item.Tensor.detach()))];
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Named(nn.Module module) =>
        module.named_parameters().Select(item => (item.name, (Tensor)item.parameter))
            .Concat(module.named_buffers(include_nonpersistent: false).Select(item => (item.name, item.buffer)));

    private static bool Matches(IReadOnlyList<string> patterns, string name) =>
        patterns.Any(pattern => name.StartsWith(pattern, StringComparison.Ordinal));

    private static void Complain(string path, string prefix, IEnumerable<string> names, string what, string advice)
    {
        var all = names.Order(StringComparer.Ordinal).Select(name => prefix + name).ToArray();
        if (all.Length > 0)
            throw new CheckpointException(
                path, all[0], $"the file {what} {all.Length} tensors: {string.Join(", ", all.Take(5))}{(all.Length > 5 ? ", …" : "")}. {advice}");
    }
}
