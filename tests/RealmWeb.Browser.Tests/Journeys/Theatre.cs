using System.Text.Json;
using System.Text.RegularExpressions;

namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>The papers of a theatre. Sheets describe its machines by their proper names. Notes of those who work there call the same machines by names that
/// stand in no dictionary, and that no sheet has: that the tarquil is the lighting desk can be learned only from what a note and a sheet both speak of. What
/// questions ask stands in sheets alone.</summary>
internal static class Theatre
{
    private const string Divider = " | ";
    private const string NoteMark = "- ";

    // Name of a document, with that of the machine among those who work there; the sheet; notes, each a document of its own.
    private const string Papers = """
        revolving-stage | zibbit
        The revolving stage carries whole houses of scenery round in a circle. It weighs forty tonnes and cost 31,000 crowns. It is inspected on
        the second Monday of a month. Its spare parts lie in the chest under stair nine. Repairs are done by Ulla Brandvold. Hedda Lindqvist
        drives it on evenings with a show. The Kestrel works built it. Its motor hums below trap four. It rolls on bronze wheels. A blue lever
        brings it to a stop. It turned for the first time in the play The Glass Heron.
        - Hedda Lindqvist has asked nobody to stand on the zibbit while it moves.
        - A plate with the words Kestrel works was found on the old zibbit.
        - There was a smell of burning from trap four when the zibbit was started.
        - Two of the bronze wheels of the zibbit have been polished this morning.
        - Somebody leaned on the blue lever, and so the zibbit stood still for a minute.
        - In The Glass Heron the zibbit is needed in every act.

        counterweight-winch | orlock
        The counterweight winch lifts painted cloths into the loft. It weighs three tonnes and cost 8,400 crowns. It is inspected on the last
        Friday of a month. Its spare parts lie in a locker of the paint shop. Repairs are done by Casper Dahlgren. Tobias Wren drives it on
        evenings with a show. The Marlow foundry built it. It is bolted to gallery two. It pulls on hemp ropes. A whistle signal brings it to a
        stop. It was used for the first time in the play The Salt Widow.
        - Tobias Wren wants gloves for everybody who works at the orlock.
        - The Marlow foundry has sent a letter about the age of the orlock.
        - On gallery two the orlock squeaks so loudly that the singers complain.
        - New hemp ropes were drawn through the orlock before lunch.
        - Nobody heard the whistle signal, so the orlock went on for too long.
        - For The Salt Widow the orlock must be ready at noon.

        fog-machine | mumfer
        The fog machine fills the scene with white mist. It weighs nineteen kilograms and cost 720 crowns. It is inspected on the first Tuesday
        of a quarter. Its spare parts lie in the drawer beside the kitchen. Repairs are done by Ragna Solheim. Pietro Valli handles it on
        evenings with a show. The Nimbus company built it. It stands behind wing three. It drinks sugar water. A foot pedal brings it to a stop.
        It was used for the first time in the play The Drowned Bell.
        - Pietro Valli coughed all evening because of the mumfer.
        - The Nimbus company no longer sells filters for the mumfer.
        - Behind wing three the mumfer has left a puddle on the boards.
        - The sugar water for the mumfer is nearly used up.
        - A dancer stepped on the foot pedal and the mumfer fell silent.
        - Critics of The Drowned Bell wrote that the mumfer hid the actors.

        lighting-desk | tarquil
        The lighting desk dims every lamp of the house. It weighs sixty kilograms and cost 15,900 crowns. It is inspected on the third Thursday
        of a month. Its spare parts lie in the cupboard of the wardens. Repairs are done by Emil Hartvig. Ines Calloway plays it on evenings
        with a show. The Pharos brothers built it. It stands at the back of box seven. It has amber sliders. A master key brings it to a stop.
        It was used for the first time in the play The Night Orchard.
        - Ines Calloway spilled her tea over the tarquil again.
        - The Pharos brothers came in person to look at the tarquil.
        - From box seven one hears the tarquil click all the time.
        - One of the amber sliders of the tarquil is stuck half way.
        - Without the master key the tarquil cannot be put to sleep.
        - During The Night Orchard the tarquil forgot the whole sunset.

        pipe-organ | bramsel
        The pipe organ sounds from both sides of the hall. It weighs seven tonnes and cost 52,500 crowns. It is inspected on the tenth of May.
        Its spare parts lie in the crypt of the chapel next door. Repairs are done by Siri Nygaard. Anselm Roth plays it on evenings with a
        show. The Weidmann family built it. Its bellows are hidden over the foyer. It has pear wood pipes. A red cord brings it to a stop. It
        was heard for the first time in the play The Widow of Tarn.
        - Anselm Roth fell asleep at the bramsel after the matinee.
        - The Weidmann family would like to buy the bramsel back.
        - Guests over the foyer complain that the bramsel shakes the floor.
        - Mice have nested in the pear wood pipes of the bramsel.
        - A child pulled the red cord in the middle of a solo of the bramsel.
        - The overture of The Widow of Tarn is played on the bramsel alone.

        scene-lift | hobbin
        The scene lift brings furniture up from the cellar. It weighs five tonnes and cost 22,300 crowns. It is inspected on the ninth of
        October. Its spare parts lie in a crate at the coal yard. Repairs are done by Jonas Ekeberg. Mabel Thorne drives it on evenings with a
        show. The Atlas yard built it. It opens into dock five. It runs on steel chains. A brass bell brings it to a stop. It was used for the
        first time in the play The Cellar King.
        - Mabel Thorne was stuck in the hobbin for half an hour.
        - The Atlas yard promises to paint the hobbin for nothing.
        - At dock five a piano did not fit into the hobbin.
        - The steel chains of the hobbin were oiled and counted.
        - Whoever rings the brass bell makes the hobbin wait.
        - In The Cellar King the hobbin carries eleven people.

        safety-curtain | quindle
        The safety curtain keeps a fire away from the audience. It weighs twelve tonnes and cost 9,750 crowns. It is inspected on every New Year
        morning. Its spare parts lie in the shed behind the garden. Repairs are done by Dorte Mikkelsen. Oscar Penhale lowers it on evenings
        with a show. The Vulcan mills built it. It hangs over row A. It is woven of glass thread. A green button brings it to a stop. It was
        lowered for the first time in the play The Ash Garland.
        - Oscar Penhale showed the visitors how fast the quindle comes down.
        - The Vulcan mills have asked for a photograph of the quindle.
        - People in row A felt a draught from the quindle.
        - A tear in the glass thread of the quindle has been mended.
        - The green button was pressed too early and the quindle stayed half open.
        - After The Ash Garland the quindle would not rise for the applause.

        wind-machine | frellow
        The wind machine howls like a storm at sea. It weighs thirty-five kilograms and cost 310 crowns. It is inspected on midsummer day. Its
        spare parts lie on the shelf over the mirrors. Repairs are done by Knut Aasen. Lotte Brammer turns it on evenings with a show. The
        Zephyr workshop built it. It is kept in loft six. It is covered with raw silk. A leather strap brings it to a stop. It was heard for the
        first time in the play The Seven Gulls.
        - Lotte Brammer has blisters from cranking the frellow.
        - The Zephyr workshop lent us a cloth for the frellow.
        - Pigeons in loft six are afraid of the frellow.
        - The raw silk of the frellow is worn through in two places.
        - Without its leather strap the frellow goes on sighing.
        - For The Seven Gulls we hired a second man for the frellow.

        boiler
        The boiler heats the hall and the dressing rooms. It weighs two tonnes and cost 6,100 crowns. It is inspected on the first Monday of
        September. Its spare parts lie in the cellar of the tavern. Repairs are done by Henrik Moberg. It burns oak logs.

        roof-crane
        The roof crane hoists deliveries from the street. It weighs four tonnes and cost 13,700 crowns. It is inspected on the fourth Wednesday
        of a month. Its spare parts lie in the gatehouse. Repairs are done by Astrid Falk. It swings over the market square.

        delivery-van
        The delivery van brings costumes from other towns. It weighs nine hundred kilograms and cost 17,800 crowns. It is inspected on the third
        of March. Its spare parts lie in the stable. Repairs are done by Viktor Sand. It is painted yellow.

        generator
        The emergency generator gives light when the mains fail. It weighs eight hundred kilograms and cost 5,600 crowns. It is inspected on the
        sixteenth of a month. Its spare parts lie in the tool room. Repairs are done by Nora Lund. It starts within ten seconds.

        sewing-machine
        The sewing machine in the costume room stitches velvet. It weighs fourteen kilograms and cost 450 crowns. It is inspected on the first
        day of spring. Its spare parts lie in the button box. Repairs are done by Greta Holm. It has a wooden wheel.

        follow-spot
        The follow spot lights whoever sings. It weighs twenty-four kilograms and cost 2,900 crowns. It is inspected on the second Saturday of a
        month. Its spare parts lie in the projection room. Repairs are done by Arvid Berg. It gets very hot.

        ticket-machine
        The ticket machine prints seats and dates. It weighs forty-five kilograms and cost 3,300 crowns. It is inspected on the last Sunday of a
        month. Its spare parts lie in the cashier's safe. Repairs are done by Maja Strand. It takes coins of every size.

        cloakroom-lift
        The cloakroom lift moves coats to the attic. It weighs one hundred kilograms and cost 1,950 crowns. It is inspected on the twelfth of
        June. Its spare parts lie in the umbrella stand. Repairs are done by Ivar Kvist. It carries sixty coats at once.
        """;

    private sealed record Sheet(string Name, string? Nickname, string Text, IReadOnlyList<string> Notes);

    private static readonly IReadOnlyList<Sheet> Sheets =
    [
        .. from block in Papers.ReplaceLineEndings("\n").Split("\n\n")
           let lines = block.Split('\n')
           let names = lines[0].Split(Divider)
           select new Sheet(
               names[0], names.ElementAtOrDefault(1), string.Join(' ', lines[1..].Where(line => !IsNote(line))),
               [.. lines.Where(IsNote).Select(line => line[NoteMark.Length..])]),
    ];

    /// <summary>Documents by the names of their files.</summary>
    public static IReadOnlyDictionary<string, string> Documents { get; } = Sheets.Select(sheet => (sheet.Name, sheet.Text))
        .Concat(Sheets.SelectMany(sheet => sheet.Notes).Select((note, i) => (Name: $"note-{i + 1:00}", Text: note)))
        .ToDictionary(document => $"{document.Name}.txt", document => document.Text);

    /// <summary>Lines of a question file: they choose how much of what was learned is kept.</summary>
    public static string Lessons { get; } = Questions(
        ("What did the {0} cost?", "cost (.+?)\\."), ("When is the {0} inspected?", "is inspected on (.+?)\\."),
        ("Where are the spare parts of the {0} kept?", "spare parts lie (.+?)\\."));

    /// <summary>Lines of a question file for the gate; not with the question of the journey.</summary>
    public static string Exam(string without) => string.Join(
        '\n', Questions(("How much does the {0} weigh?", "weighs (.+?) and cost"), ("Who repairs the {0}?", "done by (.+?)\\.")).Split('\n')
            .Where(line => !line.Contains(without, StringComparison.Ordinal)));

    private static bool IsNote(string line) => line.StartsWith(NoteMark, StringComparison.Ordinal);

    private static string Questions(params (string Form, string Answer)[] kinds) => string.Join(
        '\n',
        from sheet in Sheets
        where sheet.Nickname is not null
        from kind in kinds.Select((kind, i) => (kind.Form, kind.Answer, Number: i))
        let answer = Regex.Match(sheet.Text, kind.Answer).Groups[1]
        select JsonSerializer.Serialize(new
        {
            id = $"{sheet.Name}-{kind.Number}",
            question = string.Format(kind.Form, sheet.Nickname),
            answers = new[] { answer.Value },
            passages = new[]
            {
                new
                {
                    document = $"{sheet.Name}.txt", title = sheet.Name, text = sheet.Text, grade = 3, start = answer.Index, end = answer.Index + answer.Length,
                },
            },
        }));
}
