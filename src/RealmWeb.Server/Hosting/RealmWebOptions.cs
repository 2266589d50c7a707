using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Hangfire;

namespace RealmWeb.Server.Hosting;

/// <summary>Settings of the site: section "Realm" of the configuration, environment variables Realm__Name.</summary>
public sealed class RealmWebOptions
{
    public const string Section = "Realm";

    /// <summary>Folder of everything the site keeps: database, texts, indexes, models, uploads, keys. Relative to the content root.</summary>
    [Required(AllowEmptyStrings = false)]
    public string DataDir { get; set; } = "data";

    /// <summary>SQLite file of the main database, or a connection string that names one; empty for one in <see cref="DataDir"/>. It may be a database that
    /// another application uses: all that lies in it of the site begins with "RealmWeb_". A file is relative to the content root.</summary>
    public string Database { get; set; } = "";

    /// <summary>Anyone who reaches the site may ask and read the evidence. Off: only accounts may.</summary>
    public bool OpenAsking { get; set; } = true;

    /// <summary>Corpus that answers when a question names none; empty for the first by name that has an index.</summary>
    public string DefaultCorpus { get; set; } = "";

    /// <summary>Keeps questions and answers with the name of the account that asked.</summary>
    public bool KeepQuestions { get; set; } = true;

    /// <summary>Days after which a kept question is deleted; 0 keeps none.</summary>
    [Range(0, 36_500)]
    public int QuestionDays { get; set; } = 90;

    /// <summary>Whether questions are kept at all.</summary>
    internal bool KeepsQuestions => this is { KeepQuestions: true, QuestionDays: > 0 };

    /// <summary>Visitors who are not signed in may flag the answers that they got. Off: only accounts may.</summary>
    public bool VisitorFlags { get; set; }

    /// <summary>Imports and indexes the shipped sample on a start that finds no corpus.</summary>
    public bool ImportSample { get; set; } = true;

    /// <summary>Inside another application: the site's roles of a user of that application (<see cref="RealmWeb.Contracts.Accounts.Roles"/>), none for
    /// one who has no business there. Null: the site has accounts of its own.</summary>
    public Func<ClaimsPrincipal, IEnumerable<string>>? HostRoles { get; set; }

    /// <summary>Inside another application: the Hangfire storage that the site's runs are queued in, such as
    /// <c>services => services.GetRequiredService&lt;JobStorage&gt;()</c> for that application's own. Null: one of the site's own, in memory.</summary>
    public Func<IServiceProvider, JobStorage>? JobStorage { get; set; }

    /// <summary>Sites that may show this one in a frame, as https://host; none unless named.</summary>
    public IList<string> EmbedOrigins { get; init; } = [];

    /// <summary>Proxies in front of the site, as IP addresses or networks; what X-Forwarded headers say is believed of no one else.</summary>
    public IList<string> Proxies { get; init; } = [];

    /// <summary>Largest upload in bytes, all its files together.</summary>
    [Range(1, long.MaxValue)]
    public long UploadMaxBytes { get; set; } = 2L << 30;

    /// <summary>Largest single file of an upload in bytes.</summary>
    [Range(1, long.MaxValue)]
    public long FileMaxBytes { get; set; } = 512L << 20;

    /// <summary>Most files in one upload.</summary>
    [Range(1, 100_000)]
    public int UploadMaxFiles { get; set; } = 2000;

    /// <summary>Questions a minute for each account, or for each address where nobody is signed in.</summary>
    [Range(1, 1_000_000)]
    public int AsksPerMinute { get; set; } = 240;

    /// <summary>Documents read by number, a minute for each account, or for each address where nobody is signed in.</summary>
    [Range(1, 1_000_000)]
    public int DocumentsPerMinute { get; set; } = 120;

    /// <summary>Flags read, set and taken back, a minute for each account, or for each address where nobody is signed in.</summary>
    [Range(1, 1_000_000)]
    public int FlagsPerMinute { get; set; } = 60;

    /// <summary>Tries a minute to sign in or set up, for each address.</summary>
    [Range(1, 1_000_000)]
    public int SignInsPerMinute { get; set; } = 30;
}
