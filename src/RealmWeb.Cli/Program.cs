using RealmWeb.Cli;
using RealmWeb.Files;

OwnerOnly.FromNowOn();
return await RealmCommand.RunAsync(args);
