using System.Text;

namespace RealmWeb.Engine.Corpora.Archives;

/// <summary>Names of zip entries that do not say their encoding: programs write the code page of their machine. Chosen is, name by name, the one that
/// gives words; the other names of the archive help where several do.</summary>
internal static class ZipNames
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Of equals the first is taken: what zip says names are in, Western Windows and DOS, East Asia, Russia, Central Europe.
    private static readonly Encoding[] CodePages =
        [.. new[] { 437, 850, 1252, 932, 936, 949, 950, 866, 1251, 20866, 1250, 852 }.Select(page =>
            CodePagesEncodingProvider.Instance.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!)];

    /// <summary>The names in the order of the records.</summary>
    internal static string[] Decode(IReadOnlyList<ZipRecord> records)
    {
        var open = records.Where(record => !record.IsUtf8).Select(record => record.Name).Where(name => Sure(name) is null)
            .DistinctBy(Convert.ToHexString).ToList();
        var scores = open.ConvertAll(name => Array.ConvertAll(CodePages, page => NameScore.Of(name, page)));
        var means = CodePages.Select((_, page) => open.Count == 0 ? 0 : scores.Average(score => Math.Max(score[page], -1))).ToArray();
        var chosen = open.Zip(scores, (name, score) => (Convert.ToHexString(name), Best(name, score, means))).ToDictionary();
        return [.. records.Select(record => record.IsUtf8
            ? Encoding.UTF8.GetString(record.Name)
            : Sure(record.Name) ?? chosen[Convert.ToHexString(record.Name)])];
    }

    private static string Best(byte[] name, double[] scores, double[] means)
    {
        var best = Enumerable.Range(0, CodePages.Length).MaxBy(page => scores[page] + means[page] / 2);
        return double.IsNegativeInfinity(scores[best]) ? Encoding.Latin1.GetString(name) : CodePages[best].GetString(name);
    }

    // ASCII, or UTF-8 without saying so: hardly any other text is valid UTF-8.
    private static string? Sure(byte[] name)
    {
        try
        {
            return Utf8.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
