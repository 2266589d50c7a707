namespace RealmWeb.Engine.Training;

/// <summary>What is wrong with a setting, and how it is mended.</summary>
/// <param name="Path">Names from the outermost to the setting, with points between; empty for the text as a whole.</param>
public sealed record SettingProblem(string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? Message : $"\"{Path}\": {Message}";
}
