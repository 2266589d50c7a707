using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>What several taggers find together; where spans overlap the longest stays, of equally long ones that of the earlier tagger.</summary>
/// <param name="taggers">Called one after the other; safe for concurrent use where they all are.</param>
public sealed class CombinedTagger(params IReadOnlyList<ISalientSpanTagger> taggers) : ISalientSpanTagger
{
    public IReadOnlyList<TextSpan> Tag(string sentence)
    {
        var found = new List<TextSpan>();
        foreach (var tagger in taggers)
            found.AddRange(tagger.Tag(sentence));
        if (found.Count < 2)
            return found;
        var kept = new List<TextSpan>(found.Count);
        // OrderBy is stable: it leaves equally long spans in the order of the taggers.
        foreach (var span in found.OrderByDescending(span => span.Length))
        {
            if (kept.TrueForAll(other => other.End <= span.Start || span.End <= other.Start))
                kept.Add(span);
        }
        kept.Sort((a, b) => a.Start.CompareTo(b.Start));
        return kept;
    }
}
