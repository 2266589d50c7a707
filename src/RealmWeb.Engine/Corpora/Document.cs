using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>An article as the owner knows it, before it is cut into blocks.</summary>
/// <param name="SourceId">What identifies the document at its origin (path in the folder or archive, "id" of a JSON line); upserts go by it.</param>
/// <param name="Title">Title, may be empty.</param>
/// <param name="Text">Normalised text (<see cref="TextNormalization"/>): NFC, line ends \n. Stored once; every offset counts in it.</param>
public sealed record Document(string SourceId, string Title, string Text);
