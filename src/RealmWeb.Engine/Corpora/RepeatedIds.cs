using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RealmWeb.Engine.Corpora.Formats;

namespace RealmWeb.Engine.Corpora;

/// <summary>Tells documents with the same id in one file apart: each is kept, the second as "id#2". What is the same word for word is taken once.</summary>
internal sealed class RepeatedIds
{
    // Half of a cryptographic hash would do; 8 bytes keep millions of ids small, and two ids meet by chance once in 10^19 pairs.
    private readonly Dictionary<ulong, ulong> _firstContents = [];
    private readonly Dictionary<ulong, int> _lastNumbers = [];
    private readonly HashSet<ulong> _laterContents = [];
    private string? _firstRepeated;
    private long _renamed, _dropped;

    /// <summary>The entries of a file, its documents under ids of their own; behind them a skip that says which ids stood there twice.</summary>
    internal static IEnumerable<(CorpusEntry Entry, long Read)> TellApart(FoundFile file, IEnumerable<(CorpusEntry Entry, long Read)> entries)
    {
        var ids = new RepeatedIds();
        foreach (var (entry, read) in entries)
        {
            if (entry.Document is not { } document)
                yield return (entry, read);
            else if (ids.Admit(document, entry.Place ?? file.Path) is { } admitted)
                yield return (entry with { Document = admitted }, read);
        }
        if (ids.Note() is { } note)
            yield return (new CorpusEntry(null, new Skipped(file.Path, note)) { IsRemark = true }, file.Length);
    }

    private Document? Admit(Document document, string place)
    {
        var (key, content) = (KeyOf(place, document.SourceId), ContentOf(document));
        if (_firstContents.TryAdd(key, content))
            return document;
        _firstRepeated ??= document.SourceId;
        if (_firstContents[key] == content || !_laterContents.Add(key ^ content))
        {
            _dropped++;
            return null;
        }
        _renamed++;
        while (true)
        {
            var number = _lastNumbers[key] = _lastNumbers.GetValueOrDefault(key, 1) + 1;
            var id = string.Create(CultureInfo.InvariantCulture, $"{document.SourceId}#{number}");
            // The file may have a document of this id too.
            if (_firstContents.TryAdd(KeyOf(place, id), content))
                return document with { SourceId = id };
        }
    }

    private string? Note() => (_renamed, _dropped) switch
    {
        (0, 0) => null,
        (0, _) => $"{_dropped:N0} of its documents {(_dropped == 1 ? "stands" : "stand")} there twice word for word, the first is '{_firstRepeated}'; "
            + "each was taken once.",
        _ => $"{_renamed:N0} of its documents {(_renamed == 1 ? "has" : "have")} an id that stands there before, the first is '{_firstRepeated}'. "
            + $"Each was taken, as '{_firstRepeated}#2' and so on"
            + $"{(_dropped > 0 ? $"; {_dropped:N0} that are the same word for word once" : "")}. Give each an id of its own.",
    };

    private static ulong KeyOf(string place, string id) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{place}\u001f{id}")), 0);

    private static ulong ContentOf(Document document) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(document.Text.AsSpan()), (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(document.Title.AsSpan())));
}
