using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Golden;

/// <summary>Pairs of texts as the published tokenizer joins them: the longer one loses its last piece until both fit.</summary>
internal static class PublishedEncoding
{
    public static (long[] Ids, long[] Segments, long[] Special) Encode(WordPieceTokenizer tokenizer, string text, string? pair, int? maxLength)
    {
        var first = tokenizer.Encode(text).Select(piece => (long)piece.Id).ToList();
        var second = pair is null ? null : tokenizer.Encode(pair).Select(piece => (long)piece.Id).ToList();
        var special = second is null ? 2 : 3;
        while (first.Count + (second?.Count ?? 0) + special > (maxLength ?? int.MaxValue))
        {
            var longer = second is null || first.Count > second.Count ? first : second;
            longer.RemoveAt(longer.Count - 1);
        }
        var vocabulary = tokenizer.Vocabulary;
        long[] head = [vocabulary.ClsId, .. first, vocabulary.SepId];
        long[] ids = second is null ? head : [.. head, .. second, vocabulary.SepId];
        return (ids, [.. ids.Select((_, i) => i < head.Length ? 0L : 1L)],
            [.. ids.Select((_, i) => i == 0 || i == head.Length - 1 || i == ids.Length - 1 ? 1L : 0L)]);
    }
}
