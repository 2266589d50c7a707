namespace RealmWeb.Engine.Text;

/// <summary>A file or list of tokens is no complete WordPiece vocabulary.</summary>
public sealed class VocabularyException(string message) : Exception(message);
