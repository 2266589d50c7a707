using RealmWeb.Server.Hosting;

var app = RealmWebHost.Build(args);
await app.RunAsync();
