namespace RealmWeb.Engine.Corpora.Archives;

/// <summary>What one compressed file or archive may still unpack to, all its entries together; stops a bomb by what it really gives, not by what it
/// says of itself.</summary>
/// <param name="compressed">Compressed bytes so far, or of the whole archive.</param>
internal sealed class UnpackingBudget(string path, Func<long> compressed, CorpusReadOptions options)
{
    private long _unpacked;

    /// <summary>Most bytes in all.</summary>
    internal long Most { get; init; } = options.MaxUnpackedBytes;

    /// <summary>What to do about a file of too many bytes, and about one that unpacks to too many for its size.</summary>
    internal (string Large, string Packed) Remedies { get; init; } =
        ("Split it, or unpack it and import the folder.", "If you trust it, unpack it and import the folder.");

    /// <exception cref="CorpusLimitException">Too much in all, or too much for so few compressed bytes.</exception>
    internal void Spend(int bytes)
    {
        _unpacked += bytes;
        if (_unpacked > Most)
            throw new CorpusLimitException(path, $"It unpacks to more than {Most:N0} bytes; the rest of it was not read. {Remedies.Large}");
        if (_unpacked > options.RatioFloorBytes && _unpacked / options.MaxCompressionRatio > compressed())
            throw new CorpusLimitException(path, $"It unpacks to more than {options.MaxCompressionRatio} times its size, as archive bombs do; the rest of it "
                + $"was not read. {Remedies.Packed}");
    }
}
