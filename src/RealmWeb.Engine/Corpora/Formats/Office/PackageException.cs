namespace RealmWeb.Engine.Corpora.Formats.Office;

/// <summary>A document cannot be read; the message is the reason with its remedy, for its owner.</summary>
internal sealed class PackageException(string message) : Exception(message);
