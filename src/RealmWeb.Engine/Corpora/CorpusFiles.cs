using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RealmWeb.Engine.Corpora.Formats;

namespace RealmWeb.Engine.Corpora;

/// <summary>The files of an import as they were when they were listed.</summary>
public sealed class CorpusFiles
{
    private readonly CorpusReadOptions _options;
    private readonly List<FoundFile> _files;

    internal CorpusFiles(string[] paths, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        _options = options;
        _files = CorpusFileList.Find(paths, options, cancellationToken);
        Roots = [.. paths.Select(path => CorpusFileList.OriginOf(Path.GetFullPath(path)))];
        Fingerprint = FingerprintOf(_files, options);
    }

    /// <summary>What was to be imported, in the form of <see cref="CorpusItem.Origin"/>: a document whose origin begins with one of them belongs
    /// to it.</summary>
    public IReadOnlyList<string> Roots { get; }

    /// <summary>Equal for the same files of the same size and time, read in the same way: then a position of an earlier reading still holds.</summary>
    public string Fingerprint { get; }

    /// <summary>The items in a fixed order.</summary>
    /// <param name="after">Goes on behind this item of an earlier reading with the same <see cref="Fingerprint"/>.</param>
    /// <remarks>Where an id stands twice in one file, each document is kept, the later ones under a number of their own, and a skip behind the file
    /// says so.</remarks>
    public IEnumerable<CorpusItem> Read(CorpusPosition? after = null, CancellationToken cancellationToken = default)
    {
        var start = after ?? default;
        var total = _files.Sum(file => file.Length);
        var done = _files.Take(start.File).Sum(file => file.Length);
        for (var number = start.File; number < _files.Count; number++)
        {
            var file = _files[number];
            long item = 0;
            foreach (var (entry, read) in RepeatedIds.TellApart(file, CorpusSource.ReadFile(file, _options, cancellationToken)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                item++;
                if (number > start.File || item > start.Item)
                    yield return Item(file, entry, new CorpusPosition(number, item), Math.Min(done + read, total), total);
            }
            done += file.Length;
        }
    }

    private static CorpusItem Item(FoundFile file, CorpusEntry entry, CorpusPosition position, long read, long total) =>
        new(entry.Document, entry.Skipped, position, read, total)
        {
            Origin = file.OriginOf(entry.Place ?? entry.Skipped?.Path ?? file.Path),
            IsRemark = entry.IsRemark,
        };

    private static string FingerprintOf(List<FoundFile> files, CorpusReadOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(options.ToString()));
        foreach (var file in files)
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n{file.FullPath}\0{file.Length}\0{file.ModifiedUtc.Ticks}")));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
