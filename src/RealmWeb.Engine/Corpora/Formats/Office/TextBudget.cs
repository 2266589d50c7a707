namespace RealmWeb.Engine.Corpora.Formats.Office;

/// <summary>What of one document may be held in memory: its text, and every cell and note as so many letters.</summary>
internal sealed class TextBudget(int most)
{
    private long _spent;

    /// <exception cref="PackageException">The document is too long.</exception>
    internal void Spend(int letters)
    {
        _spent += letters;
        if (_spent > most)
            throw new PackageException($"Its text is longer than {most:N0} letters. Split it into several documents.");
    }
}
