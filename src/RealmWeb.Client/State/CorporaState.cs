using Microsoft.AspNetCore.Components;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Client.State;

/// <summary>The corpora the user may see, for the list and for the picker.</summary>
public sealed class CorporaState(RealmApi api)
{
    private readonly ChangeSignal _changed = new();

    /// <summary>Null until they are loaded.</summary>
    public IReadOnlyList<CorpusSummary>? Corpora { get; private set; }

    /// <summary>Those that the user may annotate.</summary>
    public IReadOnlyList<CorpusSummary>? Annotated => Corpora?.Where(corpus => corpus.Role >= CorpusRole.Annotator).ToList();

    /// <summary>Those that the user may curate.</summary>
    public IReadOnlyList<CorpusSummary>? Curated => Corpora?.Where(corpus => corpus.Role >= CorpusRole.Curator).ToList();

    public Problem? Problem { get; private set; }

    /// <summary>Corpus the user asks or looks at; empty for the default one.</summary>
    public string Current { get; private set; } = "";

    public IDisposable OnChange(EventCallback callback) => _changed.Subscribe(callback);

    /// <summary>The corpus named, or else the one in which the server answers where a question names none; null where there is none.</summary>
    public CorpusSummary? Chosen =>
        Find(Current) ?? Corpora?.FirstOrDefault(corpus => corpus.Generation is not null) ?? Corpora?.FirstOrDefault(corpus => corpus.Blocks > 0)
        ?? (Corpora is [var first, ..] ? first : null);

    public CorpusSummary? Find(string name) => Corpora?.FirstOrDefault(corpus => corpus.Name == name);

    public async Task LoadAsync()
    {
        var reply = await api.CorporaAsync();
        // A failed reload keeps the list that is there: an old list is more use than none.
        Corpora = reply.Value ?? Corpora;
        Problem = reply.Problem;
        await _changed.RaiseAsync();
    }

    public async Task SelectAsync(string name)
    {
        if (Current == name) return;
        Current = name;
        await _changed.RaiseAsync();
    }
}
