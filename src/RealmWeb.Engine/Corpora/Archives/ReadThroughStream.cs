namespace RealmWeb.Engine.Corpora.Archives;

/// <summary>A stream that is read forward once: what a wrapper needs beyond Read is here.</summary>
internal abstract class ReadThroughStream(Stream inner) : Stream
{
    protected Stream Inner => inner;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw ForwardOnly();

    public override long Position { get => throw ForwardOnly(); set => throw ForwardOnly(); }

    public abstract override int Read(Span<byte> buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw ForwardOnly();

    public override void SetLength(long value) => throw ForwardOnly();

    public override void Write(byte[] buffer, int offset, int count) => throw ForwardOnly();

    private NotSupportedException ForwardOnly() =>
        new($"{GetType().Name} is read forward once: it has no length or position and takes no bytes. Copy it to a file first.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
