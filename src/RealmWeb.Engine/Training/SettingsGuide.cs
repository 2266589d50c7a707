using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Xml.Linq;
using RealmWeb.Engine.Files;

namespace RealmWeb.Engine.Training;

/// <summary>Lists what can be set, out of the classes of the settings and their documentation. What names a file is left out.</summary>
internal sealed class SettingsGuide(JsonSerializerOptions json)
{
    // The compiler writes it beside the program; where it was not brought along, settings have no help.
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Documentation = new(Read);

    private readonly SettingsCheck _check = new(json);

    public IReadOnlyList<Setting> Of(object defaults) =>
        [.. json.GetTypeInfo(defaults.GetType()).Properties.Where(property => property is { Get: not null, Set: not null, IsExtensionData: false })
            .Select(property => Of(property, property.Get!(defaults))).OfType<Setting>()];

    private Setting? Of(JsonPropertyInfo property, object? value)
    {
        if (SettingsCheck.PropertyOf(property) is not { } member || NamesFile(property))
            return null;
        var info = json.GetTypeInfo(property.PropertyType);
        var isList = info.Kind == JsonTypeInfoKind.Enumerable;
        var type = isList ? info.ElementType! : Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var holdsOthers = json.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object;
        // A question file, or a list of them.
        if (holdsOthers && (isList || json.GetTypeInfo(type).Properties.Any(part => part.IsRequired && NamesFile(part))))
            return null;
        var parts = holdsOthers ? Of(value ?? Activator.CreateInstance(type)!) : [];
        if (holdsOthers && parts.Count == 0)
            return null;
        var range = member.GetCustomAttribute<RangeAttribute>();
        return new Setting(
            property.Name, LabelOf(member), type, holdsOthers ? null : value, Bound(range?.Minimum), Bound(range?.Maximum), HelpOf(member), isList,
            property.IsSetNullable, type.IsEnum ? [.. _check.ChoicesOf(type)] : [], parts);
    }

    private static bool NamesFile(JsonPropertyInfo property) => SettingsCheck.PropertyOf(property)?.IsDefined(typeof(FileOptionAttribute)) == true;

    private static double? Bound(object? limit) =>
        limit is null or int.MaxValue or double.MaxValue ? null : Convert.ToDouble(limit, CultureInfo.InvariantCulture);

    private static string HelpOf(PropertyInfo member) => Documentation.Value.GetValueOrDefault($"P:{member.DeclaringType!.FullName}.{member.Name}") ?? "";

    private static Dictionary<string, string> Read()
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"{typeof(SettingsGuide).Assembly.GetName().Name}.xml");
        if (!File.Exists(file))
            return [];
        return XDocument.Load(file).Descendants("member").Where(member => member.Attribute("name")?.Value.StartsWith("P:", StringComparison.Ordinal) == true)
            .Select(member => (Name: member.Attribute("name")!.Value, Summary: member.Element("summary"))).Where(member => member.Summary is not null)
            .ToDictionary(member => member.Name, member => Words(member.Summary!));
    }

    /// <summary>"LearningRate" as "Learning rate", where the setting has no label of its own.</summary>
    private static string LabelOf(MemberInfo member) => member.GetCustomAttribute<DisplayAttribute>()?.Name
        ?? string.Concat(member.Name.Select((letter, at) => at > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"));

    // References to other settings become their labels.
    private static string Words(XElement summary) => string.Join(' ', string.Concat(summary.Nodes().Select(node => node switch
    {
        XElement { Name.LocalName: "see" } see => NameOf(see.Attribute("cref")?.Value ?? see.Value),
        XElement element => element.Value,
        _ => node.ToString(),
    })).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // "P:Namespace.Class.Property" of a setting.
    private static string NameOf(string reference)
    {
        var end = reference.LastIndexOf('.');
        var name = reference[(end + 1)..];
        var type = reference.StartsWith("P:", StringComparison.Ordinal) ? typeof(SettingsGuide).Assembly.GetType(reference[2..end]) : null;
        return type?.GetProperty(name) is { } setting
            ? $"\"{LabelOf(setting)}\"" : JsonNamingPolicy.CamelCase.ConvertName(name);
    }
}
