using System.CommandLine;

namespace RealmWeb.Cli;

/// <summary>Options that every verb has.</summary>
internal static class SharedOptions
{
    /// <summary>Gives them to a program.</summary>
    public static void AddTo(RootCommand program)
    {
        foreach (var option in (Option[])[DataDir, Json, Progress, Device, Threads, Run])
            program.Options.Add(option);
    }

    public static Option<string> DataDir { get; } = new("--data-dir")
    {
        Description = "Folder of corpora, models and runs. Default: REALM_DATA_DIR, else ./data.",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("REALM_DATA_DIR") is { Length: > 0 } given ? given : "data",
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object on stdout and nothing else there.",
        Recursive = true,
    };

    public static Option<ProgressKind> Progress { get; } = new Option<ProgressKind>("--progress")
    {
        Description = "How progress appears on stderr: bar, json or none. With json each line is an object, and 'cancel' on stdin stops the work.",
        Recursive = true,
        DefaultValueFactory = _ => ProgressKind.Bar,
    }.OneOf();

    public static Option<string> Device { get; } = new("--device")
    {
        Description = "Where tensors are: auto, cpu or cuda.",
        Recursive = true,
        DefaultValueFactory = _ => "auto",
    };

    /// <summary>Given by the site, whose run the work is done for; what comes out is written down with it.</summary>
    public static Option<Guid?> Run { get; } = new("--run")
    {
        Description = "Run that the work is done for.",
        Recursive = true,
        Hidden = true,
    };

    public static Option<int> Threads { get; } = new Option<int>("--threads")
    {
        Description = "Threads of tensor work; 0 for one on each core.",
        Recursive = true,
    }.Between(0, 1024);
}

/// <summary>How progress appears on stderr.</summary>
internal enum ProgressKind
{
    Bar,
    Json,
    None,
}
