using RealmWeb.Engine.Corpora.Archives;
using RealmWeb.Files;

namespace RealmWeb.Engine.Corpora.Formats.Office;

/// <summary>Reads a document that is a package, or says why it is none.</summary>
internal static class PackageReading
{
    private const string Anew = "Open it in the program that made it, save it anew and import that.";

    private static ReadOnlySpan<byte> CompoundFile => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    // The name of the stream that holds an encrypted package, as a compound file writes it. [MS-OFFCRYPTO] 2.3.4.4.
    private static ReadOnlySpan<byte> EncryptedPackage => "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"u8;

    /// <param name="kind">What it should be: "Word document".</param>
    /// <param name="read">Reads the package; goes through its items once.</param>
    internal static IEnumerable<CorpusEntry> Read(
        CorpusFile file, string kind, CorpusReadOptions options, Func<DocumentPackage, IEnumerable<CorpusEntry>> read, CancellationToken cancellationToken)
    {
        // A package is read from its end; what comes out of an archive goes through a file.
        using var scratch = file.Content.CanSeek ? null : ScratchFile.Create(options.ScratchFolder);
        if (scratch is not null)
            file.Content.CopyTo(scratch);
        var content = scratch ?? file.Content;
        try
        {
            if (CompoundReason(content, kind) is { } reason)
                return [new Skipped(file.Path, reason)];
            using var package = new DocumentPackage(file.Path, content, options, cancellationToken);
            return [.. read(package)];
        }
        catch (PackageException error)
        {
            return [new Skipped(file.Path, error.Message)];
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or AlteredEntryException)
        {
            var how = error is AlteredEntryException ? "a checksum in it is wrong" : error.Message.ReplaceLineEndings(" ").TrimEnd('.');
            return [new Skipped(file.Path, $"It is no {kind}, or damaged or cut off ({how}). {Anew}")];
        }
    }

    private static string? CompoundReason(Stream content, string kind)
    {
        content.Position = 0;
        var start = new byte[CompoundFile.Length];
        if (content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !CompoundFile.SequenceEqual(start))
            return null;
        return Contains(content, EncryptedPackage)
            ? "It is encrypted with a password. Open it in its program, save it without one and import it again."
            : $"It is a document of an old office (before 2007), not a {kind}. Open it in its program, save it in the present format and import that.";
    }

    private static bool Contains(Stream content, ReadOnlySpan<byte> sought)
    {
        var buffer = new byte[1 << 16];
        for (var kept = 0; content.Read(buffer.AsSpan(kept)) is var read and > 0;)
        {
            var held = buffer.AsSpan(0, kept + read);
            if (held.IndexOf(sought) >= 0)
                return true;
            kept = Math.Min(sought.Length - 1, held.Length);
            held[^kept..].CopyTo(buffer);
        }
        return false;
    }
}
