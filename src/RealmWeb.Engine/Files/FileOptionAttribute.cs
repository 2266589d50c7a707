namespace RealmWeb.Engine.Files;

/// <summary>Marks an option whose value is the path of a file: settings that come from elsewhere than this machine must not have one.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FileOptionAttribute : Attribute;
