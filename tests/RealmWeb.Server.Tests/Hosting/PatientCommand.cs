namespace RealmWeb.Server.Tests.Hosting;

/// <summary>A program in the place of `realm` that works until it is asked to stop: what a long index build looks like from outside.</summary>
internal sealed class PatientCommand : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("realmweb-command-");

    public PatientCommand()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "work.sh"),
            """
            echo '{"type":"log","protocol":1,"log":"begun","level":"info"}' >&2
            n=0
            while ! read -r -t 0.1 word; do
              n=$((n+1))
              echo "{\"type\":\"progress\",\"protocol\":1,\"rate\":1,\"metrics\":{},\"done\":$n,\"total\":100000,\"unit\":\"blocks\",\"stage\":\"Embedding\"}" >&2
            done
            echo "asked to $word" >&2
            exit 3
            """);
    }

    public string[] Settings => ["Realm:Jobs:Command=/bin/bash", $"Realm:Jobs:CommandArguments:0={Path.Combine(_folder.FullName, "work.sh")}"];

    public void Dispose() => _folder.Delete(recursive: true);
}
