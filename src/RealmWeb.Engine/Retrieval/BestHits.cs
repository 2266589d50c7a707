namespace RealmWeb.Engine.Retrieval;

/// <summary>Order of hits: the better hit is the greater one; of equal scores the lower row is the better.</summary>
public static class BestHits
{
    public static Comparer<BlockHit> WorstFirst { get; } = Comparer<BlockHit>.Create((a, b) =>
        a.Score.CompareTo(b.Score) is var byScore && byScore != 0 ? byScore : b.Row.CompareTo(a.Row));
}
