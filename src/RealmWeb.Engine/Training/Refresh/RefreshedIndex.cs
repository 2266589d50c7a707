using RealmWeb.Engine.Retrieval;

namespace RealmWeb.Engine.Training.Refresh;

/// <summary>An index with the retriever that it was built by.</summary>
/// <param name="Step">Steps that the retriever had been trained for.</param>
/// <param name="TakenAt">When its weights were taken.</param>
public sealed record RefreshedIndex(long Step, DateTimeOffset TakenAt, IBlockIndex Index, EmbedderSnapshot Retriever) : IDisposable
{
    public void Dispose()
    {
        Index.Dispose();
        Retriever.Dispose();
    }
}
