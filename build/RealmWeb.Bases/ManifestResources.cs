using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace RealmWeb.Bases;

/// <summary>Copies resources out of an assembly without loading it: none of its code runs, and what it refers to need not be there.</summary>
internal static class ManifestResources
{
    /// <summary>Writes the resource whose name ends with <paramref name="ending"/> to a stream.</summary>
    /// <exception cref="InvalidDataException">The file is no assembly, or has not exactly one such resource.</exception>
    public static void Copy(string assembly, string ending, Stream target)
    {
        try
        {
            using var file = new PEReader(File.OpenRead(assembly));
            var metadata = file.GetMetadataReader();
            var found = metadata.ManifestResources.Select(metadata.GetManifestResource)
                .Where(resource => resource.Implementation.IsNil && metadata.GetString(resource.Name).EndsWith(ending, StringComparison.Ordinal)).ToList();
            if (found is not [var resource])
                throw new InvalidDataException($"{assembly} has {found.Count} resources that end with {ending}; one is expected.");
            var directory = file.PEHeaders.CorHeader!.ResourcesDirectory;
            var all = file.GetSectionData(directory.RelativeVirtualAddress).GetReader(0, directory.Size);
            all.Offset = checked((int)resource.Offset);
            var length = all.ReadInt32();
            var bytes = all.ReadBytes(length);
            target.Write(bytes);
        }
        catch (Exception exception) when (exception is BadImageFormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException($"{assembly} is no sound assembly: {exception.Message}", exception);
        }
    }
}
