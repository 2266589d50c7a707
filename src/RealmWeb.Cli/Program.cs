using RealmWeb.Cli;

return await RealmCommand.RunAsync(args);
