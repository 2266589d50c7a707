namespace RealmWeb.Engine.Corpora.Archives;

/// <summary>Hands on what a decompressor gives and counts it against a budget.</summary>
internal sealed class UnpackingStream(Stream unpacked, UnpackingBudget budget) : ReadThroughStream(unpacked)
{
    public override int Read(Span<byte> buffer)
    {
        var read = Inner.Read(buffer);
        budget.Spend(read);
        return read;
    }
}

/// <summary>Counts what a decompressor takes.</summary>
internal sealed class CountingStream(Stream packed) : ReadThroughStream(packed)
{
    internal long Count { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var read = Inner.Read(buffer);
        Count += read;
        return read;
    }
}
