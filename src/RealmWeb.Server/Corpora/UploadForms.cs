namespace RealmWeb.Server.Corpora;

/// <summary>Endings of files that an import can read.</summary>
internal static class UploadForms
{
    public static IReadOnlyList<string> Extensions { get; } = [".txt", ".md", ".html", ".jsonl", ".zip"];
}
