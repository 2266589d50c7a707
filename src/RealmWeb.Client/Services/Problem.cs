namespace RealmWeb.Client.Services;

/// <summary>Why a request brought nothing, in words for people.</summary>
/// <param name="Status">HTTP status; 0 where the server was not reached.</param>
/// <param name="TraceId">What the server's log calls the request; null where it was not reached.</param>
/// <param name="RetryAfter">How long to wait before the next try; null where waiting does not help.</param>
/// <param name="Kind">Stable name of the kind of problem; null where the server named none.</param>
/// <param name="Lines">Places of a file that was refused, with reasons; the first of them.</param>
/// <param name="Count">How many such places there are.</param>
public sealed record Problem(
    string Message, int Status, string? TraceId = null, TimeSpan? RetryAfter = null, string? Kind = null, IReadOnlyList<string>? Lines = null, int Count = 0)
{
    public static Problem Unreachable { get; } = new("The server cannot be reached. Check the connection, then try again.", 0);

    /// <summary>Known before asking: the account lacks the role.</summary>
    public static Problem RoleMissing { get; } = new("Your account may not see this. Sign in with one that may.", 403);

    public bool NotFound => Status == 404;

    /// <summary>Signing in, or signing in as somebody else, would help.</summary>
    public bool NotAllowed => Status is 401 or 403;
}

/// <summary>What a request brought: a value or a problem, never both.</summary>
public sealed record Reply<T>(T? Value, Problem? Problem);
