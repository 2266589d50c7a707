namespace RealmWeb.Engine.Corpora.Archives;

/// <summary>What one compressed file or archive may still unpack to, all its entries together; stops a bomb by what it really gives, not by what it
/// says of itself.</summary>
/// <param name="compressed">Compressed bytes so far, or of the whole archive.</param>
internal sealed class UnpackingBudget(string path, Func<long> compressed, CorpusReadOptions options)
{
    private long _unpacked;

    /// <exception cref="CorpusLimitException">Too much in all, or too much for so few compressed bytes.</exception>
    internal void Spend(int bytes)
    {
        _unpacked += bytes;
        if (_unpacked > options.MaxUnpackedBytes)
            throw new CorpusLimitException(path, $"It unpacks to more than {options.MaxUnpackedBytes:N0} bytes; the rest of it was not read. "
                + "Split it, or unpack it and import the folder.");
        if (_unpacked > options.RatioFloorBytes && _unpacked / options.MaxCompressionRatio > compressed())
            throw new CorpusLimitException(path, $"It unpacks to more than {options.MaxCompressionRatio} times its size, as archive bombs do; the rest of it "
                + "was not read. If you trust it, unpack it and import the folder.");
    }
}
