using System.Text.Json.Serialization;

namespace RealmWeb.Contracts.Runs;

/// <summary>What a setting holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SettingKind>))]
public enum SettingKind
{
    /// <summary>Other settings.</summary>
    Group,

    /// <summary>A whole number.</summary>
    Count,
    Number,
    Switch,

    /// <summary>One of several words.</summary>
    Choice,
    Text,

    /// <summary>A list of numbers.</summary>
    Numbers,

    /// <summary>A list of texts.</summary>
    Texts,
}

/// <summary>A setting of a training, for a form.</summary>
/// <param name="Name">As in JSON.</param>
/// <param name="Label">For people.</param>
/// <param name="Help">What it does; may be empty.</param>
/// <param name="Default">What it is where nothing is said, as it is written; empty for nothing.</param>
/// <param name="IsOptional">It may be nothing at all: a group that is left out does not happen.</param>
/// <param name="Choices">What it can be; empty for anything.</param>
/// <param name="Parts">Settings that a group holds.</param>
public sealed record SettingView(
    string Name, string Label, SettingKind Kind, string Help, string Default, double? Least, double? Most, bool IsOptional, IReadOnlyList<string> Choices,
    IReadOnlyList<SettingView> Parts);

/// <summary>Asks what is wrong with the settings of a training.</summary>
public sealed record CheckSettingsRequest(RunKind Kind, string Settings);

/// <summary>What is wrong with settings.</summary>
/// <param name="Problems">Empty where a training can be run with them.</param>
/// <param name="Whole">Every setting with the value that a training would have, as JSON; empty where something is wrong.</param>
public sealed record SettingsCheckView(IReadOnlyList<SettingProblemView> Problems, string Whole);

/// <summary>What is wrong with a setting, and how it is mended.</summary>
/// <param name="Path">Names from the outermost to the setting, with points between; empty for the text as a whole.</param>
public sealed record SettingProblemView(string Path, string Message);
