namespace RealmWeb.Jobs.Runs;

/// <summary>Keys of runs that must not work at once, as stored with them.</summary>
internal static class ExclusiveKeys
{
    /// <summary>The machine: training and measuring take all of it.</summary>
    public const string Machine = "train";

    /// <summary>One corpus: its documents and its index.</summary>
    public static string Corpus(string name) => "corpus:" + name;
}
