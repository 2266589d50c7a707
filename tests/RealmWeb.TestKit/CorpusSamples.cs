using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.TestKit;

/// <summary>Short ways to fill a corpus: one block a line.</summary>
public static class CorpusSamples
{
    public static UpsertOutcome Import(this CorpusStore corpus, string sourceId, string title, string text, string origin = "", Importer? importer = null)
    {
        var session = corpus.BeginImport(sourceId, importer);
        var outcome = session.Upsert(sourceId, title, text, () => Lines(title, text), origin);
        session.Flush("");
        session.Complete();
        return outcome;
    }

    public static IReadOnlyList<BlockCut> Lines(string title, string text)
    {
        var cuts = new List<BlockCut>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is var found and >= 0 ? found : text.Length;
            if (end > start)
                cuts.Add(new BlockCut(Block.IdOf(title, text[start..end]), start, end));
            start = end + 1;
        }
        return cuts;
    }
}
