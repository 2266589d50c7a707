namespace RealmWeb.Data.Corpora;

/// <summary>How many former texts of a document are kept; the newest are.</summary>
/// <param name="Count">At most so many of each document; 0 keeps none.</param>
/// <param name="Bytes">At most so many bytes of each document, as they are stored: compressed.</param>
public sealed record VersionLimits(int Count, long Bytes)
{
    public const int DefaultCount = 10;
    public const long DefaultBytes = 4L << 20;

    public static VersionLimits Default { get; } = new(DefaultCount, DefaultBytes);

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Count} {Bytes}");
}
