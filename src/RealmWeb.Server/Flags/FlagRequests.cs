using System.Globalization;
using RealmWeb.Contracts.Flags;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Flags;
using RealmWeb.Data.Questions;

namespace RealmWeb.Server.Flags;

/// <summary>Reads what an asker says against what they were shown and what the corpus holds.</summary>
internal static class FlagRequests
{
    /// <param name="corpus">Null where it was deleted since.</param>
    /// <exception cref="ArgumentException">It says nothing, contradicts itself or points at what is not there.</exception>
    public static Flag Read(FlagRequest request, AskedQuestion asked, CorpusStore? corpus)
    {
        var note = request.Note.Trim();
        if (note.Length > FlagRequest.LongestNote)
            throw new ArgumentException($"The note has {note.Length} characters. Shorten it to {FlagRequest.LongestNote} at most.");
        if (request.Answer is { } verdict && !Enum.IsDefined(verdict))
            throw new ArgumentException($"There is no verdict {verdict} on an answer. Use {string.Join(", ", Enum.GetNames<AnswerVerdict>())}.");
        var passages = (request.Passages ?? new Dictionary<int, PassageVerdict>()).OrderBy(passage => passage.Key)
            .Select(passage => PassageOf(passage.Key, passage.Value, asked)).ToList();
        if (request is { Answer: null, NotInDocuments: false, Place: null } && passages.Count == 0 && note.Length == 0)
            throw new ArgumentException("The flag says nothing. Say what is right or wrong, or delete it.");
        if (request.NotInDocuments && (request.Place is not null || passages.Exists(passage => passage.Verdict == PassageVerdict.Answers)))
            throw new ArgumentException("The flag says that the answer is not in the documents and where it stands. Leave one out.");
        if (request is { NotInDocuments: true, Answer: AnswerVerdict.Right } && asked.Answer is not null)
            throw new ArgumentException("The flag says that the answer is right and not in the documents. Leave one out.");
        return new Flag
        {
            QuestionId = asked.Id,
            Answer = request.Answer,
            NotInDocuments = request.NotInDocuments,
            Passages = passages,
            Place = request.Place is { } place ? PlaceOf(place, asked.Corpus, corpus) : null,
            Note = note,
        };
    }

    private static PassageFlag PassageOf(int number, PassageVerdict verdict, AskedQuestion asked)
    {
        if (!Enum.IsDefined(verdict))
            throw new ArgumentException($"There is no verdict {verdict} on a passage. Use {string.Join(", ", Enum.GetNames<PassageVerdict>())}.");
        var shown = asked.Passages.Find(passage => passage.Rank == number)
            ?? throw new ArgumentException($"There is no passage {number}: {asked.Passages.Count} were shown. Use their numbers in the evidence.");
        return new PassageFlag { Rank = number, DocumentId = shown.DocumentId, BlockId = shown.BlockId, Verdict = verdict };
    }

    private static FlagPlace PlaceOf(MarkedPlace place, string name, CorpusStore? corpus)
    {
        var block = corpus?.Blocks.OfDocument(place.DocumentId).FirstOrDefault(block => block.BlockId == place.BlockId)
            ?? throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Document {place.DocumentId} of \"{name}\" has no such passage any more. Search for it again."));
        var (start, end, text) = (place.Start, place.End, block.Text);
        if (start < 0 || end > text.Length || start >= end || Splits(text, start) || Splits(text, end) || string.IsNullOrWhiteSpace(text[start..end]))
            throw new ArgumentException($"The characters {start} to {end} mark no words of the passage, which has {text.Length}. Mark the answer in it.");
        return new FlagPlace { DocumentId = place.DocumentId, BlockId = place.BlockId, Start = start, End = end, Text = text[start..end] };
    }

    // Between the two halves of a character that UTF-16 writes as a pair.
    private static bool Splits(string text, int at) => at > 0 && at < text.Length && char.IsSurrogatePair(text[at - 1], text[at]);
}
