namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>Steps that several journeys take.</summary>
internal static class SampleSteps
{
    /// <summary>By its name: other journeys bring corpora of their own, and the first page asks the first of all.</summary>
    public const string Sample = "/c/encyclopedia";

    // The site imports its sample and builds the index after its first start.
    private const float SampleTime = 900_000;

    /// <summary>The page on which the sample is asked, once it answers from its index.</summary>
    public static async Task OpenSampleAsync(this Visit visit)
    {
        // Before the import has begun there is no such corpus yet.
        visit.Expect(404);
        var deadline = DateTimeOffset.UtcNow.AddMilliseconds(SampleTime);
        while (true)
        {
            await visit.OpenAsync(Sample);
            try
            {
                await visit.Locator(".ask:not(:has(.notice-slim)) .examples a").First.WaitForAsync(new LocatorWaitForOptions { Timeout = 20_000 });
                return;
            }
            catch (TimeoutException) when (DateTimeOffset.UtcNow < deadline)
            {
                // The banner says that the index is being built.
            }
        }
    }

    public static async Task AskAsync(this Visit visit, string question)
    {
        await visit.Page.FillAsync("#question", question);
        await visit.Page.PressAsync("#question", "Enter");
    }
}
