using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Data;
using RealmWeb.Data.Accounts;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm users …</c>: whoever may write into the data folder may give an account another password, also when nobody can sign in any more.</summary>
internal static class UsersVerb
{
    public static Command Create()
    {
        var verb = new Command("users", "List accounts and set the password of one.");
        verb.Subcommands.Add(List());
        verb.Subcommands.Add(Reset());
        return verb;
    }

    private static Command List()
    {
        var command = new Command("list", "All accounts with their roles.");
        command.SetAction(VerbContext.Run(context => WithAccounts(context, async accounts =>
        {
            var all = await accounts.ListAsync(context.Cancelled);
            context.Print(
                new
                {
                    users = all.Select(account => new
                    {
                        account.User.UserName, account.Roles, lockedOut = IsLocked(context, account.User), account.User.CreatedAt,
                    }),
                },
                all.Count == 0
                    ? ["No account yet. Start the site and open its page /setup with the code from its log."]
                    : all.Select(account => $"{account.User.UserName}\t{string.Join(", ", account.Roles)}"
                        + (IsLocked(context, account.User) ? "\tlocked" : "")));
        })));
        return command;
    }

    private static Command Reset()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the account." };
        var fromInput = new Option<bool>("--password-stdin")
        {
            Description = "Take the new password from the first line of standard input. Without it one is made and printed.",
        };
        var command = new Command("reset", "Give an account another password, unlock it and sign it out everywhere. Works while the site runs.")
        {
            name, fromInput,
        };
        command.SetAction(VerbContext.Run(context => WithAccounts(context, async accounts =>
        {
            var user = await accounts.GetByNameAsync(context.Parsed.GetValue(name)!);
            var given = context.Parsed.GetValue(fromInput);
            var password = given ? await Console.In.ReadLineAsync(context.Cancelled) ?? "" : ReadableCode.New(groups: 4);
            await accounts.SetPasswordAsync(user.Id, password, cancellationToken: context.Cancelled);
            context.Print(
                new { user.UserName, password = given ? null : password },
                [given ? $"{user.UserName} has the new password." : $"{user.UserName} has the new password {password}",
                    "Sign in with it and change it under Account."]);
        })));
        return command;
    }

    private static bool IsLocked(VerbContext context, RealmUser user) => user.LockoutEnd > context.Time.GetUtcNow();

    private static async Task WithAccounts(VerbContext context, Func<AccountStore, Task> work)
    {
        var services = new ServiceCollection().AddLogging().AddRealmData(options => options.Directory = context.Paths.Root);
        services.AddRealmAccountStore();
        await using var provider = services.BuildServiceProvider();
        provider.UseRealmData();
        await using var scope = provider.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<AccountStore>());
    }
}
