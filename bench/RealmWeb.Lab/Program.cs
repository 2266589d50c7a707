using RealmWeb.Cli;
using RealmWeb.Lab;

return await CommandLine.RunAsync(LabCommand.Create(), args);
