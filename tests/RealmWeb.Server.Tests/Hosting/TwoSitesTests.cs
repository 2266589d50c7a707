using System.Net;
using System.Net.Http.Json;
using System.Text;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Server.Tests.Hosting;

public sealed class TwoSitesTests
{
    [Fact]
    public async Task Site_StillStartsWork_WhenAnotherOfTheSameProcessHasEnded()
    {
        await using var stays = await Site.StartAsync();
        using var admin = await stays.AdminAsync();
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest("notes", ""), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await (await Site.StartAsync()).DisposeAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes("A note.")), "files", "note.txt" } };

        using var reply = await admin.PostAsync(ApiRoutes.Files("notes"), form, TestContext.Current.CancellationToken);

        Assert.True(reply.StatusCode == HttpStatusCode.Accepted, string.Join('\n', stays.Log));
        var accepted = await Reply.ValueAsync<UploadAccepted>(reply);
        Assert.True((await Reply.EndOfRunAsync(admin, accepted.RunId)).IsFinal);
    }
}
