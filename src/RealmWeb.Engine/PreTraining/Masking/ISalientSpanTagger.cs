using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Finds the spans of a text that need knowledge of the world to be filled in: named entities, dates, numbers. Paper §3.4.</summary>
public interface ISalientSpanTagger
{
    /// <summary>Salient spans of one sentence, in order, without overlap, in UTF-16 offsets into it.</summary>
    IReadOnlyList<TextSpan> Tag(string sentence);
}
