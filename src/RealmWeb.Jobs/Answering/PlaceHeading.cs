using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Jobs.Answering;

/// <summary>The heading that a place of a document stands below. It is looked for some way up: answers wait for it.</summary>
internal static class PlaceHeading
{
    // Mostly the passage has it, or the one before. A part of 16,000 letters takes a millisecond or two.
    private static readonly int[] Ways = [1000, 16_000];

    /// <param name="offset">Of the place in the document's text.</param>
    /// <returns>Null where there is none above it, or none near.</returns>
    public static string? Of(CorpusDocuments documents, long id, int offset)
    {
        foreach (var letters in Ways)
        {
            var (part, start) = documents.TextAbove(id, offset, letters);
            if (DocumentOutline.Above(part, offset - start, isBeginning: start == 0) is { } heading)
                return heading;
            if (start == 0)
                break;
        }
        return null;
    }
}
