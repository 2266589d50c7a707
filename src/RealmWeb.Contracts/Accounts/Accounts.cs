namespace RealmWeb.Contracts.Accounts;

/// <summary>The roles of the site.</summary>
public static class Roles
{
    public const string Asker = "asker";
    public const string Annotator = "annotator";

    /// <summary>Looks after what annotators do: their agreement, guidelines and queue.</summary>
    public const string Curator = "curator";
    public const string Admin = "admin";
}

/// <summary>Who is signed in; empty name when nobody is.</summary>
/// <param name="SetupNeeded">No admin exists yet: the set-up page is open to whoever holds the code from the log.</param>
/// <param name="MayAsk">Asking is open to anyone, or this user may.</param>
public sealed record Me(string Name, IReadOnlyList<string> Roles, bool SetupNeeded, bool MayAsk)
{
    /// <summary>Users are those of the application around: the site signs nobody in and keeps no accounts.</summary>
    public bool HostAccounts { get; init; }

    /// <summary>In some corpus.</summary>
    public bool MayAnnotate { get; init; }

    /// <summary>In some corpus.</summary>
    public bool MayCurate { get; init; }
}

/// <summary>Creates the first admin with the one-time code from the server's log.</summary>
public sealed record SetupRequest(string Code, string UserName, string Password);

/// <summary>Signs in with a local account.</summary>
public sealed record SignInRequest(string UserName, string Password);

/// <summary>An account, for admins.</summary>
public sealed record UserSummary(string Id, string UserName, IReadOnlyList<string> Roles, bool LockedOut);

/// <summary>Makes an account.</summary>
public sealed record CreateUserRequest(string UserName, string Password, IReadOnlyList<string> Roles);

/// <summary>Replaces the roles of an account.</summary>
public sealed record SetRolesRequest(IReadOnlyList<string> Roles);

/// <summary>Gives an account another password.</summary>
public sealed record SetPasswordRequest(string Password);

/// <summary>Changes the password of the one who is signed in.</summary>
public sealed record ChangePasswordRequest(string CurrentPassword, string NewPassword);
