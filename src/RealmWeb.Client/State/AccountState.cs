using Microsoft.AspNetCore.Components;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Accounts;

namespace RealmWeb.Client.State;

/// <summary>Who is signed in. Loaded once; signing in and out loads the whole page again, so that every connection carries the new identity.</summary>
public sealed class AccountState(RealmApi api)
{
    private readonly ChangeSignal _changed = new();
    private Task? _loading;

    /// <summary>Null until the server has said.</summary>
    public Me? Me { get; private set; }

    public Problem? Problem { get; private set; }

    public bool SignedIn => Me is { Name.Length: > 0 };

    public bool IsAdmin => Me?.Roles.Contains(Roles.Admin) == true;

    /// <summary>May look after labels of some corpus.</summary>
    public bool IsCurator => CuratesAll || Me?.MayCurate == true;

    /// <summary>May look after what all corpora have in common, too.</summary>
    public bool CuratesAll => IsAdmin || Me?.Roles.Contains(Roles.Curator) == true;

    /// <summary>May label questions of some corpus, and look through its list of documents.</summary>
    public bool IsAnnotator => IsCurator || Me?.Roles.Contains(Roles.Annotator) == true || Me?.MayAnnotate == true;

    public IDisposable OnChange(EventCallback callback) => _changed.Subscribe(callback);

    public Task LoadAsync() => _loading ??= LoadOnceAsync();

    private async Task LoadOnceAsync()
    {
        (Me, Problem) = await api.MeAsync();
        if (Problem is not null) _loading = null;
        await _changed.RaiseAsync();
    }
}
