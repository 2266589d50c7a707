using System.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Data.Access;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Questions;

namespace RealmWeb.Data.Accounts;

/// <summary>Changes of accounts. Each is one transaction that holds the write lock from its first look on, so that what was looked at still
/// holds when it is changed, whichever process works beside.</summary>
public sealed class AccountStore(RealmDbContext db, UserManager<RealmUser> users, TimeProvider time)
{
    /// <exception cref="AccountRefusedException">Name or password is not taken.</exception>
    public Task<RealmUser> CreateAsync(string name, string password, IReadOnlyCollection<string> roles, CancellationToken cancellationToken = default) =>
        InOneAsync(() => AddAsync(name, password, roles), cancellationToken);

    /// <exception cref="AlreadySetUpException">Somebody was faster.</exception>
    /// <exception cref="AccountRefusedException">Name or password is not taken.</exception>
    public Task<RealmUser> CreateFirstAdminAsync(string name, string password, CancellationToken cancellationToken = default) => InOneAsync(
        async () => await HasAdminAsync(cancellationToken) ? throw new AlreadySetUpException() : await AddAsync(name, password, [Roles.Admin]),
        cancellationToken);

    public async Task<bool> HasAdminAsync(CancellationToken cancellationToken = default) => await AdminsOf(db).AnyAsync(cancellationToken);

    /// <summary>Replaces the roles.</summary>
    /// <exception cref="AccountNotFoundException">There is no such account.</exception>
    /// <exception cref="LastAdminException">It is the last admin.</exception>
    public Task<RealmUser> SetRolesAsync(string id, IReadOnlyCollection<string> roles, CancellationToken cancellationToken = default) => InOneAsync(
        async () =>
        {
            var user = await FindAsync(id);
            if (!roles.Contains(Roles.Admin))
                await RequireAnotherAdminAsync(user, cancellationToken);
            var before = await users.GetRolesAsync(user);
            Require(await users.AddToRolesAsync(user, roles.Distinct().Except(before)));
            Require(await users.RemoveFromRolesAsync(user, before.Except(roles)));
            return user;
        },
        cancellationToken);

    /// <summary>Removes the account with its sessions, its rights in corpora and the questions that were kept of it.</summary>
    /// <exception cref="AccountNotFoundException">There is no such account.</exception>
    /// <exception cref="LastAdminException">It is the last admin.</exception>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) => InOneAsync(
        async () =>
        {
            var user = await FindAsync(id);
            await RequireAnotherAdminAsync(user, cancellationToken);
            await QuestionPrivacy.Of(db, user.UserName!).ExecuteDeleteAsync(cancellationToken);
            var keys = DeskKeyStore.KeyOf(user.UserName!);
            await db.Settings.Where(setting => setting.Key == keys).ExecuteDeleteAsync(cancellationToken);
            await CorpusGrantStore.ForgetUserAsync(db, user.UserName!, cancellationToken);
            Require(await users.DeleteAsync(user));
            return user;
        },
        cancellationToken);

    /// <summary>Gives the account another password, opens it where it was locked, and ends its sessions but for one.</summary>
    /// <param name="keptSession">Session that goes on; null for none.</param>
    /// <exception cref="AccountNotFoundException">There is no such account.</exception>
    /// <exception cref="AccountRefusedException">The password is not taken.</exception>
    public Task<RealmUser> SetPasswordAsync(
        string id, string password, string? keptSession = null, CancellationToken cancellationToken = default) => InOneAsync(
        async () =>
        {
            var user = await FindAsync(id);
            foreach (var rule in users.PasswordValidators)
                Require(await rule.ValidateAsync(users, user, password));
            user.PasswordHash = users.PasswordHasher.HashPassword(user, password);
            (user.AccessFailedCount, user.LockoutEnd) = (0, null);
            Require(await users.UpdateSecurityStampAsync(user));
            await SessionStore.Of(db, id).Where(session => session.Name != keptSession).ExecuteDeleteAsync(cancellationToken);
            return user;
        },
        cancellationToken);

    /// <summary>All accounts by name.</summary>
    public async Task<IReadOnlyList<(RealmUser User, IReadOnlyList<string> Roles)>> ListAsync(CancellationToken cancellationToken = default)
    {
        var links = from link in db.UserRoles join role in db.Roles on link.RoleId equals role.Id orderby role.Name select new { link.UserId, role.Name };
        var roles = (await links.ToListAsync(cancellationToken)).ToLookup(link => link.UserId, link => link.Name!);
        var all = await db.Users.AsNoTracking().OrderBy(user => user.NormalizedUserName).ToListAsync(cancellationToken);
        return all.ConvertAll(user => (user, (IReadOnlyList<string>)[.. roles[user.Id]]));
    }

    /// <exception cref="AccountNotFoundException">There is no account of this name.</exception>
    public async Task<RealmUser> GetByNameAsync(string name) => await users.FindByNameAsync(name) ?? throw new AccountNotFoundException($"\"{name}\"");

    private async Task<T> InOneAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        // Serializable takes the write lock at once; later ones wait for it.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
        var result = await change();
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    private async Task<RealmUser> AddAsync(string name, string password, IReadOnlyCollection<string> roles)
    {
        var user = new RealmUser { UserName = name, CreatedAt = time.GetUtcNow() };
        Require(await users.CreateAsync(user, password));
        Require(await users.AddToRolesAsync(user, roles.Distinct()));
        return user;
    }

    private async Task<RealmUser> FindAsync(string id) => await users.FindByIdAsync(id) ?? throw new AccountNotFoundException(id);

    private async Task RequireAnotherAdminAsync(RealmUser user, CancellationToken cancellationToken)
    {
        var admins = AdminsOf(db);
        if (await admins.ContainsAsync(user.Id, cancellationToken) && !await admins.AnyAsync(id => id != user.Id, cancellationToken))
            throw new LastAdminException(user.UserName!);
    }

    /// <summary>Ids of all admins.</summary>
    internal static IQueryable<string> AdminsOf(RealmDbContext db) =>
        from link in db.UserRoles join role in db.Roles on link.RoleId equals role.Id where role.Name == Roles.Admin select link.UserId;

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new AccountRefusedException(string.Join(" ", result.Errors.Select(error => error.Description)));
    }
}
