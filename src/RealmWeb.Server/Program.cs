using RealmWeb.Server.Hosting;

return await RealmWebHost.RunAsync(args);
