using System.IO.Compression;
using Microsoft.Extensions.Options;
using RealmWeb.Data;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Models;
using RealmWeb.Files;
using static TorchSharp.torch;

namespace RealmWeb.Server.Models;

/// <summary>Gives out a model as an archive of a folder that loads here and elsewhere: whole, also where its own folder holds only what training
/// changed.</summary>
internal sealed class ModelDownload(RealmPaths paths, IOptions<RealmDataOptions> data)
{
    /// <summary>The archive, which is gone once it is closed.</summary>
    /// <exception cref="DiskFullException">The disk has no room for it.</exception>
    public async Task<Stream> OpenAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        var whole = Math.Max(entry.Bytes, sizeof(float) * ModelOptions.Load(entry.ConfigFile).LeastParameters);
        // The folder and its archive.
        DiskRoom.Require(paths.Scratch, $"A copy of {entry.Name}", 2 * whole, data.Value.ReservedBytes);
        using var folder = ScratchFolder.In(paths.Scratch);
        var archive = ScratchFile.Create(paths.Scratch);
        try
        {
            // Weights hardly shrink, so time is not spent on it.
            await ZipFile.CreateFromDirectoryAsync(
                FolderOf(entry, folder.Path), archive, CompressionLevel.NoCompression, includeBaseDirectory: false, cancellationToken);
            archive.Position = 0;
            return archive;
        }
        catch
        {
            await archive.DisposeAsync();
            throw;
        }
    }

    private static string FolderOf(ModelEntry entry, string scratch)
    {
        if (IsWhole(entry))
        {
            // Its folder may hold more than the model.
            ModelFiles.Copy(entry.Folder, scratch);
            return scratch;
        }
        using var model = RealmModel.Load(entry.Folder, CPU);
        model.Save(scratch);
        if (File.Exists(entry.CardFile))
            File.Copy(entry.CardFile, ModelFiles.Card(scratch));
        return scratch;
    }

    private static bool IsWhole(ModelEntry entry) => ModelBase.Of(ModelOptions.Load(entry.ConfigFile)) is null;
}
