namespace RealmWeb.Data.Accounts;

/// <summary>A name or password is not taken; the message says what is wrong with it.</summary>
public sealed class AccountRefusedException(string message) : Exception(message);

/// <summary>There is no such account.</summary>
/// <param name="account">Name or id that was looked for.</param>
public sealed class AccountNotFoundException(string account) : Exception($"There is no account {account}. Look at the list of accounts.");

/// <summary>Without this account nobody could administer the site any more.</summary>
public sealed class LastAdminException(string userName) : Exception($"\"{userName}\" is the last admin. Give another account the role admin first.");

/// <summary>There is an admin, so nobody can make the first one.</summary>
public sealed class AlreadySetUpException() : Exception("An admin exists already. Sign in, or ask that admin for an account.");
