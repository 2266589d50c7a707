using System.Collections;
using System.Globalization;
using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Training;

/// <summary>Settings of a training as the site takes them: those of the command's configuration files, checked before the run is queued. What can be set is
/// said by the training's work.</summary>
public sealed class TrainingSettings
{
    /// <summary>Characters at most.</summary>
    public const int Longest = 100_000;

    // What decides every draw is asked for beside the settings, and goes before them.
    private const string Seed = "seed";

    private readonly RunWorks _works;

    internal TrainingSettings(RunWorks works) => _works = works;

    /// <summary>All that is wrong with settings, and what a training with them would be set to.</summary>
    /// <exception cref="ArgumentException">The kind is no training.</exception>
    public SettingsCheckView Check(RunKind kind, string settings) => Check(WorkOf(kind), settings);

    /// <summary>What can be set for a kind of training.</summary>
    /// <exception cref="ArgumentException">The kind is no training.</exception>
    public IReadOnlyList<SettingView> Of(RunKind kind)
    {
        var work = WorkOf(kind);
        return [.. SettingsFile.Describe(work.Defaults).Where(work.Uses).Select(Of)];
    }

    /// <summary>Throws unless a training can be run with the settings; empty ones always can.</summary>
    /// <exception cref="ArgumentException">The message says what is wrong.</exception>
    internal static void Require(TrainingWork work, string settings)
    {
        if (Check(work, settings).Problems is { Count: > 0 } problems)
        {
            var all = problems.Select(problem => problem.Path.Length == 0 ? problem.Message : $"\"{problem.Path}\": {problem.Message}");
            throw new ArgumentException($"The settings cannot be used: {string.Join(' ', all)}", nameof(settings));
        }
    }

    private static SettingsCheckView Check(TrainingWork work, string settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var defaults = work.Defaults;
        if (settings.Length > Longest)
            return Refused($"They have {settings.Length} characters; {Longest} is the limit. Shorten them.");
        var read = defaults;
        if (settings.Length > 0 && SettingsFile.Check(defaults.GetType(), settings, out read) is { Count: > 0 } wrong)
            return new SettingsCheckView([.. wrong.Select(problem => new SettingProblemView(problem.Path, problem.Message))], "");
        // Which files of this machine are read is for whoever has an account on it.
        if (SettingsFile.FilesNamedIn(read!) is [var named, ..])
            return Refused($"The settings name a file (\"{named}\"). Choose question sets here; files are for the command line.");
        return new SettingsCheckView([], SettingsFile.Write(work.Complete(read!)));
    }

    private TrainingWork WorkOf(RunKind kind) => _works.Of(kind) as TrainingWork ?? throw new ArgumentException(
        $"{RunKinds.Of(kind).Name} has no settings. Use one of {string.Join(", ", RunKinds.Where(other => other.Trains))}.", nameof(kind));

    private static SettingView Of(Setting setting) => new(
        setting.Name, setting.Label, KindOf(setting), setting.Help, Shown(setting), setting.Least, setting.Most, setting.IsOptional, setting.Choices,
        [.. setting.Parts.Where(part => part.Name != Seed).Select(Of)]);

    private static SettingKind KindOf(Setting setting) => setting switch
    {
        { Parts.Count: > 0 } => SettingKind.Group,
        { IsList: true } => setting.Type == typeof(string) ? SettingKind.Texts : SettingKind.Numbers,
        { Choices.Count: > 0 } => SettingKind.Choice,
        _ when setting.Type == typeof(bool) => SettingKind.Switch,
        _ when setting.Type == typeof(string) => SettingKind.Text,
        _ when setting.Type == typeof(int) || setting.Type == typeof(long) => SettingKind.Count,
        _ => SettingKind.Number,
    };

    private static string Shown(Setting setting) => setting.Default switch
    {
        null => "",
        bool on => on ? "true" : "false",
        Enum choice => setting.Choices.First(name => name.Equals(choice.ToString(), StringComparison.OrdinalIgnoreCase)),
        IEnumerable list and not string => string.Join(", ", list.Cast<object>().Select(item => Convert.ToString(item, CultureInfo.InvariantCulture))),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static SettingsCheckView Refused(string message) => new([new SettingProblemView("", message)], "");
}
