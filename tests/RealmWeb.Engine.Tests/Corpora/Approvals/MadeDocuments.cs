namespace RealmWeb.Engine.Tests.Corpora.Approvals;

/// <summary>Documents that code writes, because their formats are not made by hand; those that a text editor writes are files.</summary>
internal static class MadeDocuments
{
    /// <summary>What makes each, by its name.</summary>
    internal static IReadOnlyDictionary<string, Func<byte[]>> All { get; } =
        new[] { MadePdfs.All, MadeWordFiles.All, MadeOfficeFiles.All }.SelectMany(made => made).ToDictionary(made => made.Name, made => made.Make);
}
