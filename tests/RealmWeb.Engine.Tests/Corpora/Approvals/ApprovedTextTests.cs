using System.Globalization;
using System.Text;
using RealmWeb.Engine.Corpora;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Corpora.Approvals;

/// <summary>What a person wants to have read of a document, beside what is read of it: headings, order, tables, the page of each paragraph. The documents are
/// those of the folder <c>documents</c> and those that <see cref="MadeDocuments"/> writes; the texts stand in <c>approved</c>.</summary>
public sealed class ApprovedTextTests
{
    private static readonly string Folder = Path.Combine(TestPaths.Repository, "tests", "RealmWeb.Engine.Tests", "Corpora", "Approvals");

    public static TheoryData<string> Names => [.. NamesOfAll()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_GivesTheApprovedText(string name)
    {
        using var folder = new ImportFolder();
        folder.Add(name, MadeDocuments.All.TryGetValue(name, out var make) ? make() : File.ReadAllBytes(Path.Combine(Folder, "documents", name)));

        var shown = string.Concat(folder.Read().Select(Show));

        RequireApproved(name, shown);
    }

    [Fact]
    public void EachApprovedText_HasItsDocument()
    {
        var documents = NamesOfAll();

        var approved = Directory.GetFiles(Path.Combine(Folder, "approved"), "*.approved.txt").Select(path => Path.GetFileName(path)[..^".approved.txt".Length]);

        Assert.Equal(documents.Order(StringComparer.Ordinal), approved.Order(StringComparer.Ordinal));
    }

    private static List<string> NamesOfAll() =>
        [.. MadeDocuments.All.Keys, .. Directory.GetFiles(Path.Combine(Folder, "documents")).Select(path => Path.GetFileName(path))];

    // A mismatch leaves what came beside what was wanted, so that the two can be compared, and the one moved over the other.
    private static void RequireApproved(string name, string shown)
    {
        var (approved, received) = (Path.Combine(Folder, "approved", $"{name}.approved.txt"), Path.Combine(Folder, "approved", $"{name}.received.txt"));
        var wanted = File.Exists(approved) ? File.ReadAllText(approved) : "";
        if (wanted == shown)
        {
            File.Delete(received);
            return;
        }
        File.WriteAllText(received, shown);
        Assert.Fail($"""
            {name} is read otherwise than approved. Compare the two, and where the new text is what a person would want, accept it:
              diff {approved} {received}
              mv {received} {approved}
            Read was:
            {shown}
            """);
    }

    private static string Show(CorpusItem item)
    {
        var shown = new StringBuilder();
        if (item.Skipped is { } skipped)
            return shown.Append("=== said of ").Append(skipped.Path).Append('\n').Append(skipped.Reason).Append('\n').ToString();
        var document = item.Document!;
        shown.Append("=== ").Append(document.SourceId).Append('\n').Append("title: ").Append(document.Title).Append('\n');
        var headings = DocumentOutline.Of(document.Text).Select(heading => heading.Start).ToHashSet();
        var page = 0;
        for (var at = 0; at < document.Text.Length;)
        {
            while (page < document.PageStarts.Count && document.PageStarts[page] <= at)
                shown.Append(CultureInfo.InvariantCulture, $"--- page {++page}\n");
            // A paragraph that goes on over the page is cut where the page begins.
            var end = document.Text.IndexOf('\n', at) is var line and >= 0 ? line + 1 : document.Text.Length;
            var next = page < document.PageStarts.Count ? Math.Min(end, document.PageStarts[page]) : end;
            shown.Append(headings.Contains(at) ? "# " : "").Append(document.Text, at, next - at);
            if (document.Text[next - 1] != '\n')
                shown.Append(next < end ? "⏎\n" : "\n");
            at = next;
        }
        while (page < document.PageStarts.Count)
            shown.Append(CultureInfo.InvariantCulture, $"--- page {++page}\n");
        return shown.ToString();
    }
}
