using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Access;

namespace RealmWeb.Data.Access;

/// <summary>A right or a group cannot be kept; the message says what is wrong with it.</summary>
public sealed class GrantRefusedException(string message) : Exception(message);

/// <summary>Which corpora are restricted, and who has which right in which. Read anew for each decision: a right that was taken away is gone at once,
/// whichever process took it.</summary>
public sealed class CorpusGrantStore(IDbContextFactory<RealmDbContext> contexts)
{
    public const int MostNamed = 1000;

    /// <summary>Corpora that are not open to everybody, and the rights of one person, their groups' included.</summary>
    /// <param name="userName">Empty for somebody who is not signed in.</param>
    public async Task<(IReadOnlySet<string> Restricted, IReadOnlyDictionary<string, CorpusRole> Granted)> OfAsync(
        string userName, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var restricted = await db.RestrictedCorpora.Select(row => row.Corpus).ToHashSetAsync(cancellationToken);
        if (userName.Length == 0)
            return (restricted, new Dictionary<string, CorpusRole>());
        var granted = await db.CorpusGrants.AsNoTracking()
            .Where(grant => grant.Kind == GrantKind.User
                ? grant.Name == userName
                : db.GroupMembers.Any(member => member.Group == grant.Name && member.UserName == userName))
            .Select(grant => new { grant.Corpus, grant.Role }).ToListAsync(cancellationToken);
        return (restricted, granted.GroupBy(grant => grant.Corpus).ToDictionary(grants => grants.Key, grants => grants.Max(grant => grant.Role)));
    }

    public async Task<IReadOnlySet<string>> RestrictedAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.RestrictedCorpora.Select(row => row.Corpus).ToHashSetAsync(cancellationToken);
    }

    /// <summary>What is said of a corpus, people by name before groups.</summary>
    public async Task<(bool Restricted, IReadOnlyList<CorpusGrant> Grants)> FindAsync(string corpus, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var grants = await db.CorpusGrants.AsNoTracking().Where(grant => grant.Corpus == corpus).ToListAsync(cancellationToken);
        return (
            await db.RestrictedCorpora.AnyAsync(row => row.Corpus == corpus, cancellationToken),
            [.. grants.OrderBy(grant => grant.Kind).ThenBy(grant => grant.Name, StringComparer.OrdinalIgnoreCase)
                .Select(grant => new CorpusGrant(grant.Kind, grant.Name, grant.Role))]);
    }

    /// <summary>Says who may do what in a corpus, in place of what was said before.</summary>
    /// <param name="knownUsers">Only accounts of this folder are taken; false where users are those of an application around.</param>
    /// <exception cref="GrantRefusedException">Somebody named is not there, or is named twice.</exception>
    public async Task SetAsync(
        string corpus, bool restricted, IReadOnlyList<CorpusGrant> grants, bool knownUsers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(grants);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // Takes the write lock before it reads: an account that is deleted meanwhile is either not taken, or takes its right along.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var users = await UsersAsync(db, grants.Where(grant => grant.Kind == GrantKind.User).Select(grant => grant.Name), knownUsers, cancellationToken);
        var groups = await db.UserGroups.Select(group => group.Name).ToHashSetAsync(cancellationToken);
        var rows = grants.Select(grant => new CorpusGrantRow
        {
            Corpus = corpus, Kind = grant.Kind, Role = grant.Role,
            Name = grant.Kind == GrantKind.User ? users[grant.Name]
                : groups.TryGetValue(grant.Name, out var group) ? group
                : throw new GrantRefusedException($"There is no group \"{grant.Name}\". Make it on the Users page first."),
        }).ToList();
        if (rows.GroupBy(row => (row.Kind, row.Name)).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new GrantRefusedException($"\"{twice.Key.Name}\" is named twice. Give one role.");
        await db.CorpusGrants.Where(grant => grant.Corpus == corpus).ExecuteDeleteAsync(cancellationToken);
        await db.RestrictedCorpora.Where(row => row.Corpus == corpus).ExecuteDeleteAsync(cancellationToken);
        if (restricted)
            db.RestrictedCorpora.Add(new RestrictedCorpus { Corpus = corpus });
        db.CorpusGrants.AddRange(rows);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Forgets who was named in a corpus, which is deleted or made anew. One that was restricted stays so.</summary>
    public async Task ForgetAsync(string corpus, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.CorpusGrants.Where(grant => grant.Corpus == corpus).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>All groups by name.</summary>
    public async Task<IReadOnlyList<UserGroup>> GroupsAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var groups = await db.UserGroups.AsNoTracking().Include(group => group.Members).OrderBy(group => group.Name).ToListAsync(cancellationToken);
        return groups.ConvertAll(group => new UserGroup(
            group.Name, [.. group.Members.Select(member => member.UserName).Order(StringComparer.OrdinalIgnoreCase)]));
    }

    /// <summary>Makes a group, or puts other members in the place of those that it has.</summary>
    /// <param name="knownUsers">As in <see cref="SetAsync"/>.</param>
    /// <exception cref="GrantRefusedException">A member is not there.</exception>
    public async Task SetGroupAsync(string name, IReadOnlyList<string> members, bool knownUsers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(members);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var users = await UsersAsync(db, members, knownUsers, cancellationToken);
        if (!await db.UserGroups.AnyAsync(group => group.Name == name, cancellationToken))
            db.UserGroups.Add(new UserGroupRow { Name = name });
        await db.GroupMembers.Where(member => member.Group == name).ExecuteDeleteAsync(cancellationToken);
        db.GroupMembers.AddRange(users.Values.Distinct().Select(user => new GroupMember { Group = name, UserName = user }));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Deletes a group with its rights; its members stay.</summary>
    /// <returns>False when there is none of this name.</returns>
    public async Task<bool> DeleteGroupAsync(string name, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.CorpusGrants.Where(grant => grant.Kind == GrantKind.Group && grant.Name == name).ExecuteDeleteAsync(cancellationToken);
        var deleted = await db.UserGroups.Where(group => group.Name == name).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return deleted > 0;
    }

    /// <summary>Takes all rights of an account away, for whoever deletes both together.</summary>
    internal static async Task ForgetUserAsync(RealmDbContext db, string userName, CancellationToken cancellationToken)
    {
        await db.CorpusGrants.Where(grant => grant.Kind == GrantKind.User && grant.Name == userName).ExecuteDeleteAsync(cancellationToken);
        await db.GroupMembers.Where(member => member.UserName == userName).ExecuteDeleteAsync(cancellationToken);
    }

    // Each name as its account writes it: accounts are found in capitals and small letters alike.
    private static async Task<Dictionary<string, string>> UsersAsync(
        RealmDbContext db, IEnumerable<string> names, bool known, CancellationToken cancellationToken)
    {
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (name.Length is 0 or > 256)
                throw new GrantRefusedException($"A name has {name.Length} characters. Give the name of an account, of 1 to 256.");
            var normalized = name.Normalize().ToUpperInvariant();
            users[name] = !known ? name
                : await db.Users.Where(user => user.NormalizedUserName == normalized).Select(user => user.UserName).FirstOrDefaultAsync(cancellationToken)
                    ?? throw new GrantRefusedException($"There is no account \"{name}\". Look at the list of accounts.");
        }
        return users;
    }
}
