namespace RealmWeb.Tour;

/// <summary>A PDF file of three pages, as a browser prints one.</summary>
internal static class Handbook
{
    private const string Html = """
        <!DOCTYPE html>
        <html lang="en"><head><title>Winter handbook</title><style>
          body { font: 12pt/1.5 serif } section + section { break-before: page }
          td, th { border: 1px solid #888; padding: 4px 10px; text-align: left } table { border-collapse: collapse }
        </style></head><body>
        <section><h1>Winter handbook</h1>
        <p>This handbook is for those who stay at the station from November to March. The road over the pass is closed in these months, and supplies come by
        ferry or by helicopter.</p>
        <h2>Warmth</h2>
        <p>Every room is heated to 19 degrees. Bedrooms are heated to 16 degrees from ten in the evening. Whoever leaves a window open for the night pays for a
        cake. The boiler in the cellar burns wood pellets, and the caretaker fills it at six in the morning and at eight in the evening. Blankets are in the
        chest on the landing; whoever takes one writes his name on the list beside it.</p>
        <p>Storm shutters are closed when the wind exceeds 20 metres a second. The caretaker rings the bell three times before he closes them. Nobody opens a
        shutter before the bell has rung again. The doors to the sea side stay locked as long as the shutters are closed, and everybody who has to go out
        signs the book in the hall and takes a radio.</p>
        <p>When the power fails, lamps are in the cupboard under the stairs. Candles are not lit in bedrooms. The lift stops at the next floor and opens by
        itself. The freezers keep cold for two days if nobody opens them.</p></section>
        <section><h2>Food in winter</h2>
        <p>The cellar holds food for 90 days. Each week the cook counts what is left and writes it on the board beside the kitchen door.
        What is taken outside meals is written on the list in the larder, so that the count comes out right. Nobody takes anything
        from the shelf with the red label: it is the reserve for the last two weeks.</p>
        <table><tr><th>Store</th><th>Amount</th><th>Lasts for</th></tr>
        <tr><td>Flour</td><td>400 kilograms</td><td>90 days</td></tr>
        <tr><td>Dried fish</td><td>120 kilograms</td><td>75 days</td></tr>
        <tr><td>Lamp oil</td><td>300 litres</td><td>110 days</td></tr></table>
        <p>Fresh bread is baked on Mondays and Thursdays. Whoever is out at these times finds a loaf in the box beside the stove. Breakfast is from seven to
        nine, and supper at half past six. On Saturdays two people cook who have not cooked before, and the cook tastes everything first. Guests of the
        village are welcome on the first Sunday of a month, if they are announced by Wednesday.</p>
        <p>Water comes from the spring above the wood. In hard frost the pipe is kept open with a heating cable, which is checked twice a day. Should it
        freeze all the same, the tank in the loft holds water for four days. Laundry waits until the pipe is free again.</p></section>
        <section><h2>When somebody falls ill</h2>
        <p>The nurse is Tove Lindqvist. She can be reached by radio on channel 4 at any hour. A helicopter from the mainland needs 50 minutes in calm weather,
        and does not fly when the cloud is lower than 150 metres.</p>
        <p>The first-aid room is beside the library. Its key hangs on a red cord at the door, and nobody takes it away. Whoever
        takes a bandage tells the nurse on the same day, so that it can be replaced with the next ferry.</p>
        <p>Whoever has a fever stays in bed and is brought meals. Nobody who coughs works in the kitchen. The nurse holds an hour for everybody on Tuesdays
        at four, and nobody needs to say beforehand why they come.</p></section>
        </body></html>
        """;

    public static async Task<byte[]> PrintAsync(IBrowser browser)
    {
        var page = await browser.NewPageAsync();
        await page.SetContentAsync(Html);
        var pdf = await page.PdfAsync(new PagePdfOptions { Format = "A5" });
        await page.CloseAsync();
        return pdf;
    }
}
