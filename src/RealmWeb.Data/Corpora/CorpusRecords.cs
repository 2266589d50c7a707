using RealmWeb.Data.Access;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Sources;

namespace RealmWeb.Data.Corpora;

/// <summary>What the database knows of a corpus that lies in a folder of its own: who may use it, where it comes from, what people said of it.</summary>
public sealed class CorpusRecords(LabelStore labels, CorpusGrantStore grants, SourceStore sources)
{
    /// <summary>Forgets a corpus that is deleted, or one of this name that was deleted in another way: rights, sources, queue, labels and guidelines.</summary>
    public async Task ForgetAsync(string corpus, CancellationToken cancellationToken = default)
    {
        await labels.DeleteCorpusAsync(corpus, cancellationToken);
        await grants.ForgetAsync(corpus, cancellationToken);
        await sources.ForgetAsync(corpus, cancellationToken);
    }
}
