using static RealmWeb.Engine.Tests.Corpora.PdfFiles;

namespace RealmWeb.Engine.Tests.Corpora.Approvals;

/// <summary>PDF files as different programs set them.</summary>
internal static class MadePdfs
{
    // Glyphs by their numbers, as subset fonts have them: 1 is the ligature fi, 2 is fl, 3 is ffi.
    private const string LigatureFont = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding "
        + "/Differences [1 /fi 2 /fl 3 /ffi] >> >>";

    internal static IEnumerable<(string Name, Func<byte[]> Make)> All =>
        [
            ("one-column.pdf", OneColumn), ("two-columns.pdf", TwoColumns), ("two-short-columns.pdf", TwoShortColumns), ("table.pdf", Table),
            ("short-table.pdf", ShortTable), ("running-lines.pdf", RunningLines), ("hyphens-and-ligatures.pdf", HyphensAndLigatures), ("compounds.pdf", Compounds), ("exponents.pdf", Exponents),
            ("turned.pdf", Turned), ("no-text-layer.pdf", NoTextLayer), ("partly-scanned.pdf", PartlyScanned), ("encrypted.pdf", Encrypted), ("cut.pdf", Cut),
        ];

    private static byte[] OneColumn() => Write(
        page =>
        {
            page.AddBold("The Mills of Karrow", 20, 60, 780);
            page.AddBold("How they grind", 14, 60, 740);
            Lines(page, 60, 715, "The mills stand by the river and grind rye for the whole of the valley. Each has a wheel of",
                "oak, a pair of stones and a miller who was born there.");
            Lines(page, 60, 675, "In a dry summer they stand still. Then the villages eat what the granary holds, and the", "millers mend their wheels.");
            page.AddBold("What a miller does", 14, 60, 630);
            Lines(page, 60, 605, "\u2022 Open the upper sluice.", "\u2022 Wait until the basin is full, which takes an hour in spring and half a day in a summer",
                "   without rain.", "\u2022 Open the lower sluice.");
            Lines(page, 60, 535, "1. Weigh the sacks.", "2. Write their weight into the book.");
        },
        page =>
        {
            page.AddBold("Owners", 14, 60, 780);
            Lines(page, 60, 755, "Ada Quist has owned the upper mill since 1831.");
        });

    private static byte[] TwoColumns() => Write(page =>
    {
        page.AddBold("On the flood of 1831", 20, 60, 780);
        page.Add("A report to the parish of Karrow, in which all that was seen is told by those who saw it", 11, 60, 750);
        Lines(page, 60, 715, "The dam was built by Ada Quist, who had", "learned her trade in the valley and knew", "every sluice of the old mills by heart.",
            "She asked for a higher wall, but the parish", "had no money for stone.");
        Lines(page, 330, 715, "water rose for two days and stood a hand", "below the crown of the wall. Nobody slept.", "On the third day it fell.");
        page.AddBold("The night", 13, 60, 630);
        Lines(page, 60, 610, "When the rain came, the", "millers opened all gates. Still the brown");
        page.AddBold("What was lost", 13, 330, 650);
        Lines(page, 330, 630, "One bridge, forty sacks of rye and the boat", "of the ferryman were carried away. The", "mills held.");
    });

    private static byte[] TwoShortColumns() => Write(page =>
    {
        Lines(page, 60, "The upper mill stands where the river", "leaves the wood and has four stones.");
        Lines(page, 330, "The lower mill stands beside the bridge", "and grinds oats for the whole valley.");
    });

    private static byte[] Table() => Write(page =>
    {
        Lines(page, 60, "The parish counted its mills in the year after the flood and wrote down what it found:");
        (string Name, string Built, string[] Known)[] rows =
            [("Mill", "Built", ["Known for"]), ("Karrow", "1820", ["its wheel of oak, which", "is the largest"]), ("Orne", "1831", ["fine flour"]),
                ("Vall", "1844", ["the storks on its roof"])];
        var height = 740.0;
        foreach (var (name, built, known) in rows)
        {
            page.Add(name, 11, 60, height);
            page.Add(built, 11, 200, height);
            for (var line = 0; line < known.Length; line++)
                page.Add(known[line], 11, 320, height - line * 13);
            height -= 13 * known.Length + 9;
        }
        Lines(page, 60, 630, "All of them stand on the same side of the river, because the other one is flooded in spring.");
    });

    private static byte[] ShortTable() => Write(page =>
    {
        (string, string)[] rows = [("Miller", "Ada Quist"), ("Owner since", "1831")];
        for (var row = 0; row < rows.Length; row++)
        {
            page.Add(rows[row].Item1, 11, 60, 780 - 18 * row);
            page.Add(rows[row].Item2, 11, 300, 780 - 18 * row);
        }
    });

    private static byte[] RunningLines()
    {
        string[][] pages =
            [
                ["The first page tells of the mill, of its wheel", "and of the years in which it stood still."],
                ["On the second page the weir is described, and the", "last sentence of this page is not at its end when the"],
                ["page is. It ends here.", "The third page tells of the dam."],
                ["The fourth page is the last of this report."],
            ];
        return Write([.. pages.Select((lines, i) => (Action<Sheet>)(page =>
        {
            page.Add("Annals of the Orne valley", 9, 60, 815);
            page.Add(i % 2 == 0 ? "The mills" : "The river", 9, 480, 815);
            Lines(page, 60, lines);
            page.Add("Kept by the parish council", 9, 60, 45);
            page.Add($"- {i + 1} -", 9, 295, 30);
        }))]);
    }

    private static byte[] HyphensAndLigatures() => Pages(
        ["BT /F 11 Tf 60 780 Td 14 TL (The o\\003ce of the mill found a \\001ne \\002oor of oak, and the irri-) Tj T* (gation was) Tj T* (well known. "
            + "The \\001rst mil\\255) Tj T* (ler wrote it down on the Karrow-) Tj T* (Orne road.) Tj ET"], font: LigatureFont);

    private static byte[] Compounds() => Write(page => Lines(page, 60,
        "The Karrow mill is well-known in the valley for its wheel, and the over-",
        "shot wheel of the lower mill is nearly as large. Of all well-",
        "known wheels these two are the oldest. In spring the water stands high at the weir, and at high-",
        "water nobody grinds. The overall length of the race is a mile, and the over-",
        "all height of the wall is twelve feet; a new irri-",
        "gation was dug for the up-to-date gardens of the parish, which are the most up-to-",
        "date of all."));

    private static byte[] Exponents() => Pages(
        ["BT /F 11 Tf 60 780 Td (The basin holds 10) Tj /F 7 Tf 4 Ts (6) Tj 0 Ts /F 11 Tf ( litres of H) Tj /F 7 Tf -2 Ts (2) Tj 0 Ts /F 11 Tf (O, as it is said.) Tj "
            + "/F 7 Tf 4 Ts (1) Tj 0 Ts ET BT /F 8 Tf 60 80 Td /F 5 Tf 3 Ts (1) Tj 0 Ts /F 8 Tf ( So the parish book of 1831.) Tj ET"]);

    private static byte[] Turned() => Pages(
        ["BT /F 11 Tf 0 1 -1 0 100 60 Tm 14 TL (This page is printed along its long side, because) Tj T* (what it shows is wide.) Tj ET"], "/Rotate 90");

    private static byte[] NoTextLayer() => Pages(["10 10 200 200 re f", "10 10 100 100 re f"]);

    private static byte[] PartlyScanned() => Pages(
        ["BT /F 11 Tf 60 780 Td (The first page was written.) Tj ET", "10 10 200 200 re f", "BT /F 11 Tf 60 780 Td (The third page was written too.) Tj ET"]);

    // A standard security handler with passwords that nobody here knows.
    private static byte[] Encrypted() => Raw(
        ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>",
            $"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{new string('A', 64)}> /U <{new string('B', 64)}> >>"],
        "/Encrypt 3 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]");

    private static byte[] Cut() => CutBehind(
        Pages([.. Enumerable.Range(1, 4).Select(page => $"BT /F 11 Tf 60 780 Td (Page {page} says that the dam held in the flood.) Tj ET")]), 1, "8 0 obj");
}
