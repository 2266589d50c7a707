using RealmWeb.Contracts.Annotation;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Questions.Labels;

namespace RealmWeb.Jobs.Annotation;

/// <summary>What came of an import.</summary>
/// <param name="AlreadyThere">The corpus has them under the same id and wording.</param>
/// <param name="LeftOut">What could not be used as it stood: place and reason.</param>
public sealed record LabelImportResult(int Added, int AlreadyThere, IReadOnlyList<string> LeftOut);

/// <summary>Takes labels of a file into a corpus, as submitted.</summary>
public sealed class LabelImport(LabelStore labels, CorpusLibrary corpora, TimeProvider time)
{
    /// <summary>Takes them in, all or none.</summary>
    /// <param name="by">User name of who answers for them.</param>
    /// <exception cref="CorpusNotFoundException">There is no such corpus.</exception>
    /// <exception cref="InvalidDataException">The file holds no label.</exception>
    public async Task<LabelImportResult> ReadAsync(string corpus, string path, LabelForm form, string by, CancellationToken cancellationToken = default)
    {
        var store = corpora.Open(corpus);
        var leftOut = new List<string>();
        var read = LabelReader.Read(path, form, skipped => leftOut.Add($"{skipped.Path}: {skipped.Reason}"));
        var usable = new List<LabelledQuestion>();
        foreach (var label in read)
        {
            if (LabelChecks.Problem(label) is { } problem)
                leftOut.Add($"{label.Id}: {problem}");
            else
                usable.Add(label);
        }
        var documents = usable.SelectMany(label => label.Passages).Select(passage => passage.Document).Where(document => document.Length > 0).Distinct()
            .ToDictionary(document => document, document => store.Documents.FindId(document) ?? 0);
        var added = await labels.AddAsync([.. usable.Select(label => Of(corpus, label, by, documents))], cancellationToken);
        return new LabelImportResult(added, usable.Count - added, leftOut);
    }

    private (AnnotationItem, Label) Of(string corpus, LabelledQuestion label, string by, Dictionary<string, long> documents)
    {
        var now = time.GetUtcNow();
        var passages = label.Passages.Select((passage, i) => (passage, Rank: i + 1, Document: documents.GetValueOrDefault(passage.Document))).ToList();
        var item = new AnnotationItem
        {
            Corpus = corpus, Question = label.Question, Source = ItemSource.Imported, ImportedId = label.Id, Given = 1, CreatedAt = now,
            Passages = [.. passages.Select(pair => new ItemPassage
            {
                Rank = pair.Rank, DocumentId = pair.Document, Document = pair.passage.Document, BlockId = pair.passage.BlockId, Title = pair.passage.Title,
                Text = pair.passage.Text,
            })],
        };
        return (item, new Label
        {
            By = by, State = LabelState.Submitted, NoAnswer = label.NoAnswer, CreatedAt = now, ChangedAt = now, SubmittedAt = now,
            Passages = [.. passages.Select(pair => new LabelPassage
            {
                Rank = pair.Rank, DocumentId = pair.Document, Document = pair.passage.Document, BlockId = pair.passage.BlockId, Title = pair.passage.Title,
                Text = pair.passage.Text, Grade = pair.passage.Grade,
                Spans = [.. pair.passage.Spans.Select(span => new LabelSpan { Rank = pair.Rank, Start = span.Start, End = span.End, Text = span.Text })],
            })],
        });
    }
}
