using System.Security.Cryptography;
using System.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>z: a retrievable passage, cut from a document on sentence borders. Paper §3.1; released preprocessing: at most 288 wordpieces.</summary>
/// <param name="Id">Content hash of title and text, 32 lower-case hexadecimal digits (the first half of SHA-256).</param>
/// <param name="Title">Title of the document.</param>
/// <param name="Text">The characters [Start, End) of the document's normalised text, unchanged.</param>
/// <param name="Start">Offset of the block in the document's normalised text, UTF-16.</param>
/// <param name="End">One past the block's last character in the document's normalised text.</param>
public sealed record Block(string Id, string Title, string Text, int Start, int End)
{
    /// <summary>The null document ∅: empty title, empty text. Paper §3.4.</summary>
    public static Block Null { get; } = Create("", "", 0);

    /// <summary>Makes a block and its content-hash id.</summary>
    public static Block Create(string title, string text, int start) =>
        new(IdOf(title, text), title, text, start, start + text.Length);

    /// <summary>Id of the block with this title and text; the same content has the same id wherever it stands.</summary>
    public static string IdOf(string title, string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{title}\u001f{text}")).AsSpan(0, 16));
}
