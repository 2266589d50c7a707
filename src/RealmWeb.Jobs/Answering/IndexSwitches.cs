namespace RealmWeb.Jobs.Answering;

/// <summary>Tells those who listen that a corpus answers from another index than before, whichever process built it.</summary>
public sealed class IndexSwitches
{
    /// <summary>Corpus, and the generation that answers now.</summary>
    public event Action<string, string>? Switched;

    internal void Announce(string corpus, string generation) => Switched?.Invoke(corpus, generation);
}
