using System.Security.Cryptography;
using System.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>z: a retrievable passage, cut from a document on sentence borders. Paper §3.1; released preprocessing: at most 288 wordpieces.</summary>
/// <param name="Id">Content hash of title, text and context, 32 lower-case hexadecimal digits (the first half of SHA-256).</param>
/// <param name="Title">Title of the document.</param>
/// <param name="Text">The characters [Start, End) of the document's normalised text, unchanged.</param>
/// <param name="Start">Offset of the block in the document's normalised text, UTF-16.</param>
/// <param name="End">One past the block's last character in the document's normalised text.</param>
/// <param name="Context">What stands further up in the document and is needed to understand the text: the head of the table that it goes on with.
/// Embedded, searched and read before the text, never part of an answer; empty for most blocks.</param>
public sealed record Block(string Id, string Title, string Text, int Start, int End, string Context = "")
{
    /// <summary>The null document ∅: empty title, empty text. Paper §3.4.</summary>
    public static Block Null { get; } = Create("", "", 0);

    /// <summary>Context and text as one, for what reads both; the text begins at <see cref="ContextLength"/>.</summary>
    public string TextInContext => Context.Length == 0 ? Text : $"{Context}\n{Text}";

    /// <summary>Characters before the text in <see cref="TextInContext"/>.</summary>
    public int ContextLength => Context.Length == 0 ? 0 : Context.Length + 1;

    /// <summary>Makes a block and its content-hash id.</summary>
    public static Block Create(string title, string text, int start, string context = "") =>
        new(IdOf(title, text, context), title, text, start, start + text.Length, context);

    /// <summary>Id of the block with this title, text and context; the same content has the same id wherever it stands.</summary>
    public static string IdOf(string title, string text, string context = "")
    {
        var content = context.Length == 0 ? $"{title}\u001f{text}" : $"{title}\u001f{text}\u001f{context}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(0, 16));
    }
}
