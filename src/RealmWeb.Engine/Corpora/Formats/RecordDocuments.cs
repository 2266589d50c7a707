using System.Globalization;
using System.Text;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Passages of a published block file as documents: one each, in order, so that the n-th passage is the n-th row of its vectors.</summary>
internal static class RecordDocuments
{
    internal static IEnumerable<CorpusEntry> Of(CorpusFile file, IEnumerable<byte[]> records, CancellationToken cancellationToken)
    {
        var number = 0L;
        foreach (var record in records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // As wide as Wikipedia's thirteen million, so that ids sort as rows do.
            var id = string.Create(CultureInfo.InvariantCulture, $"{file.Path}#{number++:D8}");
            if (WholeText.FirstInvalid(record) is var invalid and >= 0)
                yield return new Skipped(id, $"It is not UTF-8: byte {invalid} of it begins no character.");
            else if (TextNormalization.Normalize(Encoding.UTF8.GetString(record)) is var text && !string.IsNullOrWhiteSpace(text))
                yield return new Document(id, "", text);
            else
                yield return new Skipped(id, "It is empty.");
        }
    }
}
