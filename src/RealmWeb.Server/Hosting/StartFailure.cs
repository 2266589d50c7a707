using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using RealmWeb.Data;
using RealmWeb.Data.Sqlite;
using RealmWeb.Data.Storage;

namespace RealmWeb.Server.Hosting;

/// <summary>The keys that sign cookies cannot be read.</summary>
public sealed class KeysDamagedException(string path, Exception inner) : Exception(
    $"The key file {path} is damaged ({inner.Message.TrimEnd('.')}). Restore it from a backup, or delete it: then whoever is signed in signs in again.", inner)
{
    public string Path { get; } = path;
}

/// <summary>Why a site could not start, in one sentence.</summary>
internal static class StartFailure
{
    /// <summary>Logs of these say with a trace what <see cref="Sentence"/> says.</summary>
    public static readonly string[] Doubled =
        ["Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.EntityFrameworkCore"];

    /// <returns>Null for a failure that nobody foresaw.</returns>
    public static string? Sentence(Exception failure) => failure switch
    {
        KeysDamagedException or DatabasePlaceException => failure.Message,
        OptionsValidationException settings => string.Join(" ", settings.Failures),
        IOException { InnerException: AddressInUseException } taken =>
            $"{taken.Message} Another program, or another RealmWeb, listens there: end it, or choose another address with --urls.",
        _ => DiskTrouble.Of(failure)?.Sentence,
    };

    /// <summary>Reads the keys once, before a browser is told that its cookie is no good.</summary>
    /// <exception cref="KeysDamagedException">One cannot be read.</exception>
    public static void RequireKeys(IServiceProvider services)
    {
        var folder = services.GetRequiredService<RealmPaths>().Keys;
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.xml") : [])
        {
            try
            {
                XDocument.Load(file);
            }
            catch (XmlException damage)
            {
                throw new KeysDamagedException(file, damage);
            }
        }
        try
        {
            services.GetRequiredService<IDataProtectionProvider>().CreateProtector(nameof(StartFailure)).Protect("");
        }
        catch (CryptographicException unusable) when (DiskTrouble.Of(unusable) is null)
        {
            throw new KeysDamagedException(folder, unusable);
        }
    }
}
