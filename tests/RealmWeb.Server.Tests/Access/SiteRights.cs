namespace RealmWeb.Server.Tests.Access;

/// <summary>Who may at least do something, the least rights first.</summary>
internal enum Least
{
    /// <summary>Also who is not signed in, while Realm:OpenAsking.</summary>
    Everybody,

    /// <summary>Every account; a topic of its own alone.</summary>
    Accounts,

    /// <summary>Annotators, in corpora that they may annotate.</summary>
    Annotators,

    /// <summary>Curators, in corpora that they curate; the runs that put documents into these, and index them.</summary>
    Curators,

    /// <summary>Curators of the whole site.</summary>
    SiteCurators,
    Admins,

    /// <summary>A widget's token alone: not even an administrator's cookie.</summary>
    Widgets,
}

/// <summary>The one table of all that the site lets people do: each route, each method of a hub, and each kind of topic that can be followed, with who may.
/// What is not in it fails the guard test, and the guard test tries each row with everybody who may not.</summary>
internal static class SiteRights
{
    public static readonly IReadOnlyDictionary<Least, string[]> Table = new Dictionary<Least, string[]>
    {
        [Least.Everybody] =
        [
            "GET /api/accounts/me",
            "POST /api/accounts/setup",
            "POST /api/accounts/sign-in",
            "POST /api/accounts/sign-out",
            "POST /api/ask",
            "GET /api/ask/info",
            "GET /api/ask/stream",
            "POST /api/ask/stream",
            "GET /api/corpora",
            "GET /api/corpora/{name}",
            "GET /api/corpora/{name}/documents/{id:long}",
            "GET /api/corpora/{name}/documents/{id:long}/pages/{number:long}",
            "GET /api/corpora/{name}/documents/{id:long}/versions",
            "GET /api/corpora/{name}/documents/{id:long}/versions/{number:long}",
            "GET /api/corpora/{name}/documents/{id:long}/versions/{number:long}/changes",
            "POST /api/embed/{id}/token",
            "* /hubs/ask",
            "* /hubs/ask/negotiate",
            "GET /api/questions/mine",
            "DELETE /api/questions/mine",
            "DELETE /api/questions/mine/{id:guid}",
            "hub /hubs/ask Ask",
        ],
        [Least.Accounts] =
        [
            "PUT /api/accounts/me/password",
            "GET /api/corpora/{name}/passages",
            "GET /api/events/{topic}",
            "GET /api/limits",
            "GET /api/questions/mine/flags",
            "DELETE /api/questions/{id:guid}/flag",
            "GET /api/questions/{id:guid}/flag",
            "PUT /api/questions/{id:guid}/flag",
            "* /hubs/events",
            "* /hubs/events/negotiate",
            "hub /hubs/events Follow",
            "topic own-flags",
        ],
        [Least.Annotators] =
        [
            "GET /api/annotation/guidelines/{name}",
            "GET /api/annotation/history/{name}",
            "POST /api/annotation/holds",
            "POST /api/annotation/holds/release",
            "POST /api/annotation/items",
            "GET /api/annotation/items/{id:long}",
            "DELETE /api/annotation/items/{id:long}/hold",
            "POST /api/annotation/items/{id:long}/hold",
            "PUT /api/annotation/items/{id:long}/label",
            "POST /api/annotation/items/{id:long}/undo",
            "GET /api/annotation/keys",
            "PUT /api/annotation/keys",
            "GET /api/annotation/labels",
            "POST /api/annotation/next",
            "POST /api/annotation/next-few",
            "GET /api/annotation/progress",
            "GET /api/annotation/queue",
            "GET /api/annotation/settings",
            "GET /api/corpora/{name}/documents",
            "GET /api/corpora/{name}/documents/{id:long}/details",
            "GET /api/questions",
            "topic queue",
        ],
        [Least.Curators] =
        [
            "GET /api/annotation/accuracy/{name}",
            "GET /api/annotation/agreement/{name}",
            "GET /api/annotation/export/{name}",
            "GET /api/annotation/gaps/{name}",
            "PUT /api/annotation/guidelines/{name}",
            "POST /api/annotation/import/{name}",
            "POST /api/annotation/items/{id:long}/merge",
            "POST /api/annotation/labels/{id:long}/choose",
            "DELETE /api/corpora/{name}/documents/{id:long}",
            "POST /api/corpora/{name}/documents/{id:long}/import",
            "GET /api/corpora/{name}/duplicates",
            "POST /api/corpora/{name}/files",
            "DELETE /api/corpora/{name}/fit",
            "GET /api/corpora/{name}/gate",
            "PUT /api/corpora/{name}/gate",
            "POST /api/corpora/{name}/index",
            "GET /api/corpora/{name}/lessons",
            "GET /api/corpora/{name}/sources",
            "POST /api/corpora/{name}/sources",
            "GET /api/corpora/{name}/sources/choices",
            "DELETE /api/corpora/{name}/sources/{id:guid}",
            "PUT /api/corpora/{name}/sources/{id:guid}",
            "POST /api/corpora/{name}/sources/{id:guid}/cancel",
            "POST /api/corpora/{name}/sources/{id:guid}/sync",
            "GET /api/evaluations",
            "GET /api/evaluations/comparison",
            "GET /api/evaluations/comparison/questions",
            "GET /api/evaluations/comparison/questions/{number:long}",
            "GET /api/evaluations/{id:long}",
            "POST /api/evaluations/{id:long}/fit",
            "GET /api/evaluations/{id:long}/questions",
            "GET /api/evaluations/{id:long}/questions/{number:long}",
            "GET /api/question-sets",
            "GET /api/runs/{id:guid}",
            "POST /api/runs/{id:guid}/cancel",
            "GET /api/runs/{id:guid}/contents",
            "GET /api/runs/{id:guid}/failures",
            "GET /api/runs/{id:guid}/log",
            "GET /api/runs/{id:guid}/log.txt",
            "GET /api/runs/{id:guid}/metrics",
            "GET /api/runs/{id:guid}/metrics.csv",
            "GET /api/runs/{id:guid}/parameters",
            "POST /api/runs/{id:guid}/pause",
            "POST /api/runs/{id:guid}/resume",
            "POST /api/runs/{id:guid}/retry-failed",
            "hub /hubs/events WatchRun",
            "topic evaluations",
            "topic flags",
            "topic gate",
            "topic run",
        ],
        [Least.SiteCurators] =
        [
            "PUT /api/annotation/settings",
        ],
        [Least.Admins] =
        [
            "GET /api/accounts/users",
            "POST /api/accounts/users",
            "DELETE /api/accounts/users/{id}",
            "PUT /api/accounts/users/{id}/password",
            "PUT /api/accounts/users/{id}/roles",
            "GET /api/chains",
            "POST /api/chains",
            "POST /api/chains/forecast",
            "GET /api/chains/{id:guid}",
            "POST /api/chains/{id:guid}/cancel",
            "POST /api/chains/{id:guid}/dismiss",
            "GET /api/chains/{id:guid}/gate",
            "GET /api/chains/{id:guid}/gate/{questionSet}/{number:long}",
            "POST /api/chains/{id:guid}/promote",
            "POST /api/chains/{id:guid}/resume",
            "POST /api/corpora",
            "DELETE /api/corpora/{name}",
            "GET /api/corpora/{name}/access",
            "PUT /api/corpora/{name}/access",
            "GET /api/groups",
            "DELETE /api/groups/{name}",
            "PUT /api/groups/{name}",
            "GET /api/models",
            "GET /api/models/comparison",
            "GET /api/models/production",
            "GET /api/models/promotions",
            "POST /api/models/rollback",
            "DELETE /api/models/{model}",
            "GET /api/models/{model}/files",
            "POST /api/models/{model}/promote",
            "GET /api/notices",
            "PUT /api/notices/seen",
            "POST /api/question-sets",
            "DELETE /api/question-sets/{name}",
            "GET /api/question-sets/{name}",
            "DELETE /api/questions/{id:guid}",
            "GET /api/runs",
            "POST /api/runs/evaluation",
            "GET /api/runs/folders",
            "POST /api/runs/forecast",
            "GET /api/runs/host",
            "GET /api/runs/settings",
            "POST /api/runs/settings/check",
            "POST /api/runs/sync",
            "POST /api/runs/training",
            "GET /api/runs/{id:guid}/former",
            "GET /api/schedules",
            "POST /api/schedules",
            "GET /api/schedules/times",
            "DELETE /api/schedules/{id:guid}",
            "PUT /api/schedules/{id:guid}",
            "PUT /api/schedules/{id:guid}/enabled",
            "POST /api/schedules/{id:guid}/run",
            "GET /api/widgets",
            "POST /api/widgets",
            "DELETE /api/widgets/{id}",
            "PUT /api/widgets/{id}",
            "hub /hubs/events WatchRuns",
            "topic chain",
            "topic models",
            "topic notices",
            "topic runs",
            "topic schedules",
        ],
        [Least.Widgets] =
        [
            "POST /api/embed/ask/stream",
            "DELETE /api/embed/flags/{id:guid}",
            "PUT /api/embed/flags/{id:guid}",
        ],
    };

    public static IEnumerable<string> All => Table.Values.SelectMany(rows => rows);

    public static IEnumerable<string> Routes => All.Where(IsRoute);

    public static Least Of(string row) => Table.First(rows => rows.Value.Contains(row)).Key;

    /// <summary>Names of hub methods, each with its hub's address.</summary>
    public static IEnumerable<(string Row, string Hub, string Method)> HubMethods =>
        from row in All
        let words = row.Split(' ')
        where words[0] == "hub"
        select (row, words[1], words[2]);

    /// <summary>Kinds of topics.</summary>
    public static IEnumerable<(string Row, string Kind)> Topics =>
        from row in All
        let words = row.Split(' ')
        where words[0] == "topic"
        select (row, words[1]);

    private static bool IsRoute(string row) => !row.StartsWith("hub ", StringComparison.Ordinal) && !row.StartsWith("topic ", StringComparison.Ordinal);
}
