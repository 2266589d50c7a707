using RealmWeb.Contracts.Access;

namespace RealmWeb.Data.Access;

/// <summary>Corpora that count: all but those named, or those named alone.</summary>
public sealed record CorpusScope(bool AllBut, IReadOnlyCollection<string> Names)
{
    public static readonly CorpusScope All = new(true, []);

    public bool Takes(string corpus) => Names.Contains(corpus) != AllBut;
}

/// <summary>What one person may do in each corpus, as it stands when it is read.</summary>
public sealed class CorpusRights
{
    private readonly bool _all;
    private readonly CorpusRole? _open;
    private readonly IReadOnlySet<string> _restricted;
    private readonly IReadOnlyDictionary<string, CorpusRole> _granted;

    /// <param name="open">In corpora that are open to everybody; null for nothing.</param>
    /// <param name="granted">In corpora in which the person, or a group of theirs, is named.</param>
    public CorpusRights(CorpusRole? open, IReadOnlySet<string> restricted, IReadOnlyDictionary<string, CorpusRole> granted)
        : this(false, open, restricted, granted)
    {
    }

    private CorpusRights(bool all, CorpusRole? open, IReadOnlySet<string> restricted, IReadOnlyDictionary<string, CorpusRole> granted) =>
        (_all, _open, _restricted, _granted) = (all, open, restricted, granted);

    /// <summary>An administrator's.</summary>
    public static readonly CorpusRights All = new(true, CorpusRole.Curator, new HashSet<string>(), new Dictionary<string, CorpusRole>());

    /// <summary>Asking in these corpora, and nothing else.</summary>
    public static CorpusRights AskingIn(IEnumerable<string> corpora) =>
        new(null, new HashSet<string>(), corpora.Distinct().ToDictionary(corpus => corpus, _ => CorpusRole.Asker));

    /// <summary>Null where the person may do nothing.</summary>
    public CorpusRole? In(string corpus)
    {
        CorpusRole? open = !_all && _restricted.Contains(corpus) ? null : _open;
        return _granted.TryGetValue(corpus, out var granted) && !(open > granted) ? granted : open;
    }

    public bool May(string corpus, CorpusRole least) => In(corpus) >= least;

    public bool MaySomewhere(CorpusRole least) => _open >= least || _granted.Values.Any(role => role >= least);

    /// <summary>Corpora that the person may ask.</summary>
    public CorpusScope Asking => Scope(CorpusRole.Asker);

    public CorpusScope Annotating => Scope(CorpusRole.Annotator);

    public CorpusScope Curating => Scope(CorpusRole.Curator);

    private CorpusScope Scope(CorpusRole least) => _open >= least
        ? new CorpusScope(true, [.. _restricted.Where(corpus => !May(corpus, least))])
        : new CorpusScope(false, [.. _granted.Where(granted => granted.Value >= least).Select(granted => granted.Key)]);
}
