namespace RealmWeb.Engine.Corpora.Formats.Office.Word;

/// <summary>What the parts of one document share: styles, lists, notes, and what was found on the way.</summary>
internal sealed class WordContext
{
    // An entry of the dictionary, in letters.
    private const int NoteCost = 50;

    private readonly Dictionary<string, string> _notes = [];

    internal WordContext(DocumentPackage package, string main)
    {
        Budget = package.Budget;
        using (var styles = Small(package, main, "styles"))
            Styles = new WordStyles(styles);
        using (var numbers = Small(package, main, "numbering"))
            Numbers = new WordNumbers(numbers);
        ReadNotes(package, main, "footnotes", "footnote");
        ReadNotes(package, main, "endnotes", "endnote");
    }

    internal TextBudget Budget { get; }

    internal WordStyles Styles { get; }

    internal WordNumbers Numbers { get; }

    /// <summary>Text of the first paragraph that is set as title.</summary>
    internal string? Title { get; set; }

    /// <summary>Text of the first heading.</summary>
    internal string? Heading { get; set; }

    /// <summary>A note, once: it stands where it is first referred to.</summary>
    internal string? TakeNote(string kind, string? id) => id is not null && _notes.Remove(kind + id, out var note) ? note : null;

    private static PartReader? Small(DocumentPackage package, string main, string kind) =>
        package.Related(main, kind) is { } part ? package.SmallXml(part) : null;

    private void ReadNotes(DocumentPackage package, string main, string kind, string element)
    {
        if (package.Related(main, kind) is not { } name)
            return;
        using var part = package.Xml(name)!;
        foreach (var child in part.Children())
        {
            // Separators have a type.
            if (child != element || part.Attribute("type") is not (null or "normal") || part.Attribute("id") is not { } id)
                continue;
            var text = new PlainTextBuilder();
            var blocks = new WordText(this, part, text);
            blocks.AppendBlocks();
            blocks.End();
            Budget.Spend(NoteCost);
            if (text.ToString() is { Length: > 0 } note)
                _notes[element + id] = note;
        }
    }
}
