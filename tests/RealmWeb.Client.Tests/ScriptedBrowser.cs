using System.Diagnostics.CodeAnalysis;
using Microsoft.JSInterop;

namespace RealmWeb.Client.Tests;

/// <summary>A browser's page script of which only the shelf of drafts does anything.</summary>
public sealed class ScriptedBrowser : IJSRuntime, IJSObjectReference
{
    private const DynamicallyAccessedMemberTypes Serialized =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties;

    /// <summary>What is kept, by owner and item.</summary>
    public SortedDictionary<string, string> Kept { get; } = new(StringComparer.Ordinal);

    public ValueTask<TValue> InvokeAsync<[DynamicallyAccessedMembers(Serialized)] TValue>(string identifier, object?[]? args)
    {
        object? result = null;
        switch (identifier)
        {
            case "import":
                result = this;
                break;
            case "keepDraft":
                Kept[$"{args![0]}:{args[1]}"] = (string)args[2]!;
                break;
            case "dropDraft":
                Kept.Remove($"{args![0]}:{args[1]}");
                break;
            case "keptDrafts":
                result = Kept.Where(kept => kept.Key.StartsWith($"{args![0]}:", StringComparison.Ordinal)).Select(kept => kept.Value).ToArray();
                break;
        }

        return new((TValue)result!);
    }

    public ValueTask<TValue> InvokeAsync<[DynamicallyAccessedMembers(Serialized)] TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) =>
        InvokeAsync<TValue>(identifier, args);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
