using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Access;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.Runs;
using RealmWeb.Engine.Retrieval.Index;

namespace RealmWeb.Jobs.Answering;

/// <summary>The corpora as askers see them: which one answers where none is named, and what each answers from.</summary>
public sealed class AskableCorpora
{
    private const int ExamplesShown = 3;

    private readonly CorpusLibrary _corpora;
    private readonly ModelLibrary _models;
    private readonly RunStore _runs;
    private readonly OpenIndexes _indexes;

    internal AskableCorpora(CorpusLibrary corpora, ModelLibrary models, RunStore runs, OpenIndexes indexes) =>
        (_corpora, _models, _runs, _indexes) = (corpora, models, runs, indexes);

    /// <param name="name">Empty for the default one.</param>
    /// <exception cref="UnknownCorpusException">There is no such corpus.</exception>
    public CorpusStore Open(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _corpora.Find(name.Length > 0 ? name : Default(CorpusScope.All)) ?? throw new UnknownCorpusException(name);
    }

    /// <summary>Whether a corpus can answer now, and from what.</summary>
    /// <param name="name">Empty for the default one.</param>
    /// <exception cref="UnknownCorpusException">There is no such corpus.</exception>
    public async Task<AskInfo> DescribeAsync(string name, CancellationToken cancellationToken)
    {
        var corpus = Open(name);
        var info = corpus.Info();
        var index = IndexOf(info.Name);
        var active = await _runs.ListAsync(
            new RunFilter(RunTransitions.Open, RunKinds.Where(kind => kind.ChangesCorpus), info.Name, 1), cancellationToken);
        return new AskInfo(
            info.Name, info.Title, info.Documents, info.Blocks, index.Generation, active.Count > 0, index.Model ?? _models.Production()?.Name ?? "",
            index.Stale, ExampleQuestions.For(corpus, info, ExamplesShown), IndexDamaged: index.Damage is not null);
    }

    /// <summary>The index of a corpus as lists show it.</summary>
    public IndexState IndexOf(string name)
    {
        if (_corpora.Find(name) is not { } corpus || IndexFolder.Current(corpus.IndexFolder) is not { } generation)
            return new IndexState(null, 0, false, null);
        if (_indexes.DamageOf(corpus) is { } damage)
            return new IndexState(null, 0, false, null, damage);
        try
        {
            var manifest = GenerationManifest.Read(Path.Combine(corpus.IndexFolder, generation));
            // Vectors are those of an embedder, and several models may share it.
            var production = _models.Production();
            var serves = production is not null
                && (_models.EmbedderOf(production) is { } embedder ? embedder == manifest.IndexVersion : production.Name == manifest.Model);
            var stale = manifest.CorpusVersion != corpus.Info().Version || !serves;
            return new IndexState(generation, manifest.BlockCount, stale, serves ? production!.Name : manifest.Model);
        }
        catch (IndexException damaged)
        {
            return new IndexState(null, 0, false, null, damaged.Message);
        }
    }

    /// <summary>Which passages the index that answers knows; null where there is none that can be used.</summary>
    public async Task<IReadOnlySet<long>?> IndexedAsync(CorpusStore corpus, IEnumerable<long> rows)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        await using var open = await _indexes.OpenAsync(corpus);
        if (open is null)
            return null;
        try
        {
            return rows.Where(open.Value.Has).ToHashSet();
        }
        catch (IndexException damage)
        {
            await _indexes.CondemnAsync(corpus, open.Value, damage);
            return null;
        }
    }

    /// <summary>The corpus that answers where a question names none, of those that somebody may ask; empty when there is none.</summary>
    public string Default(CorpusScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        // The first by name that has an index, else the first with passages: a new corpus, empty still, must not take the first page away from everybody.
        var names = _corpora.Names().Where(scope.Takes).ToList();
        var sound = names.Select(_corpora.FindCondition).Select(condition => condition?.Info).OfType<CorpusInfo>();
        var chosen = sound.FirstOrDefault(info => _corpora.Find(info.Name) is { } corpus && IndexFolder.Current(corpus.IndexFolder) is not null)
            ?? sound.FirstOrDefault(info => info.Blocks > 0)
            ?? sound.FirstOrDefault();
        return chosen?.Name ?? (names is [var damaged, ..] ? damaged : "");
    }
}
