namespace RealmWeb.Engine.Training;

/// <summary>What a setting is, for forms.</summary>
/// <param name="Name">As in JSON.</param>
/// <param name="Label">For people.</param>
/// <param name="Type">What it holds, without the question mark; of a list, what its entries are.</param>
/// <param name="Default">What it is where nothing is said; null for nothing.</param>
/// <param name="Least">Null where no range is stated.</param>
/// <param name="Help">The documentation's sentences; empty where they do not lie beside the program.</param>
/// <param name="IsOptional">It may be nothing at all.</param>
/// <param name="Choices">What it can be, as in JSON; empty for anything.</param>
/// <param name="Parts">Settings that it holds.</param>
public sealed record Setting(
    string Name, string Label, Type Type, object? Default, double? Least, double? Most, string Help, bool IsList, bool IsOptional,
    IReadOnlyList<string> Choices, IReadOnlyList<Setting> Parts);
