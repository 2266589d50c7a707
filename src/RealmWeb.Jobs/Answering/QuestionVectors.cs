using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Text;

namespace RealmWeb.Jobs.Answering;

/// <summary>Embeds questions with the model that answers over a corpus.</summary>
public sealed class QuestionVectors
{
    private readonly CorpusLibrary _corpora;
    private readonly ModelLibrary _library;
    private readonly OpenModels _models;
    private readonly OpenIndexes _indexes;

    internal QuestionVectors(CorpusLibrary corpora, ModelLibrary library, OpenModels models, OpenIndexes indexes) =>
        (_corpora, _library, _models, _indexes) = (corpora, library, models, indexes);

    /// <returns>A vector a question, in order; null where no model is there that could embed them.</returns>
    public async Task<IReadOnlyList<float[]>?> EmbedAsync(string corpus, IReadOnlyList<string> questions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(questions);
        try
        {
            await using var session = await AnsweringSession.OpenAsync(_corpora.Open(corpus), _models, _indexes, _library, cancellationToken);
            var vectors = new List<float[]>(questions.Count);
            // One by one: who asks meanwhile need not wait for all.
            foreach (var question in questions)
            {
                var pieces = session.Server.Model.Tokenizer.Encode(TextNormalization.Normalize(question).Trim());
                vectors.Add(await session.Server.EncodeAsync(pieces, cancellationToken));
            }
            return vectors;
        }
        catch (Exception missing) when (missing is NoModelException or ModelDamagedException)
        {
            return null;
        }
    }
}
