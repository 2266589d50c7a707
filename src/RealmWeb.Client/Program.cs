using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using RealmWeb.Client;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.Services.AddRealmWebClient(new Uri(builder.HostEnvironment.BaseAddress));
await builder.Build().RunAsync();
