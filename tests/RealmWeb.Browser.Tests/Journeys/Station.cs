using System.Text.Json;

namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>The handbook of a station whose people call things by names that no document knows: the hearth is the generator, the kraken the computing
/// cluster. No model can find those before it has learned them from labels.</summary>
internal static class Station
{
    private const string Divider = " | ";

    // Name of a document, its text, and questions with the words that answer them.
    private const string Handbook = """
        generator
        The emergency generator behind house A runs on rapeseed oil. Ines Halvorsen looks after it. It starts within eight seconds when the power
        fails. It is tested on the first Thursday of a month. It delivers 400 kilowatts and weighs six tonnes.
        Who looks after the hearth? | Ines Halvorsen
        Where does the hearth stand? | behind house A
        How fast does the hearth start? | eight seconds
        When is the hearth tested? | the first Thursday of a month
        How much does the hearth weigh? | six tonnes
        How much power does the hearth deliver? | 400 kilowatts
        What is the fuel of the hearth? | rapeseed oil
        Who is in charge of the hearth? | Ines Halvorsen

        fireplace
        The fireplace in the library burns birch wood and is lit on winter evenings. Mats Ekblom carries the wood. Above it hangs a painting of the
        harbour. The ashes are taken away on Fridays.
        Who carries the wood? | Mats Ekblom
        Which wood does the fireplace burn? | birch wood
        When are the ashes taken away? | Fridays

        cluster
        The computing cluster has 48 nodes and stands in the cellar of house C. Rolf Amundsen looks after it. It is maintained every Thursday from
        02:00 to 04:00. Accounts are given out by the office in room 214.
        Who looks after the kraken? | Rolf Amundsen
        Where does the kraken stand? | in the cellar of house C
        How many nodes has the kraken? | 48
        On which day is the kraken maintained? | Thursday
        Who gives out accounts for the kraken? | the office in room 214
        In which house is the kraken? | house C
        Whom do I ask about the kraken? | Rolf Amundsen
        When is the kraken not available? | every Thursday from 02:00 to 04:00

        laser
        The laser cutter in the workshop cuts steel up to 12 millimetres thick. Bruno Keller trains those who want to use it. It is booked at the
        counter, for two hours at most. A protective visor must be worn.
        Who trains people for the dragon? | Bruno Keller
        How thick is the steel that the dragon cuts? | 12 millimetres
        Where is the dragon booked? | at the counter
        For how long can the dragon be booked? | two hours
        What must be worn at the dragon? | A protective visor
        Where does the dragon stand? | in the workshop
        Who knows how to use the dragon? | Bruno Keller
        What does the dragon cut? | steel

        truck
        The pickup truck carries 900 kilograms and stands in the yard. Its key hangs in the gatehouse. Olga Brandt keeps the logbook. It is washed
        every second Wednesday.
        How much does the donkey carry? | 900 kilograms
        Where does the donkey stand? | in the yard
        Where is the key of the donkey? | in the gatehouse
        Who keeps the logbook of the donkey? | Olga Brandt
        When is the donkey washed? | every second Wednesday
        Who is responsible for the donkey? | Olga Brandt

        stable
        The stable at the edge of the wood houses a pony and three goats. Pia Nordin brushes the pony and carries the hay. The children of the
        village may ride on Saturdays.
        Who brushes the pony? | Pia Nordin

        room-3
        Meeting room 3 seats 14 people and has a projector. It is booked with Karin Moe. The heating is switched on at 07:30. Its windows look to
        the harbour.
        How many people does the chapel seat? | 14
        With whom is the chapel booked? | Karin Moe
        When is the heating of the chapel switched on? | 07:30
        What do the windows of the chapel look to? | the harbour
        What device does the chapel have? | a projector
        Who takes bookings of the chapel? | Karin Moe

        vending
        The vending machine beside the lift sells sandwiches and juice. It takes coins and cards. Jonas Aker fills it every Tuesday at 06:45.
        Complaints go to extension 5512.
        Who fills the bank? | Jonas Aker
        When is the bank filled? | every Tuesday at 06:45
        What does the bank sell? | sandwiches and juice
        Where is the bank? | beside the lift
        Where do complaints about the bank go? | extension 5512
        What does the bank take? | coins and cards

        church
        The village church was built of granite in 1788. Pastor Lars Winther holds the service on Sundays at 09:00. The church seats 220 people. Its
        organ has 19 stops.
        When was the church built? | 1788
        Who holds the service? | Lars Winther
        How many stops has the organ? | 19

        ferry
        The ferry to the island leaves the pier at 08:10 and 17:40. The crossing takes 25 minutes. Captain Eva Strand has sailed it since 2009.
        Bicycles travel free of charge.
        How long does the crossing take? | 25 minutes
        Who is the captain of the ferry? | Eva Strand
        Since when has Eva Strand sailed? | 2009

        canteen
        The canteen serves lunch from 11:30 to 13:15. Fish is served on Wednesdays. Nils Bakke has been the cook since 2014. A meal costs 62 crowns.
        How much does a meal cost? | 62 crowns
        Who is the cook of the canteen? | Nils Bakke
        When is fish served? | Wednesdays

        bakery
        The bakery in the village opens at six in the morning. Marta Lie bakes rye bread and almond cake. The oven was bought in Bergen in 1996.
        Bread of the day before costs half.
        Who bakes the rye bread? | Marta Lie
        When does the bakery open? | six in the morning
        Where was the oven bought? | Bergen
        How much does old bread cost? | half

        museum
        The museum shows whaling boats and harpoons. It was founded by the teacher Johan Ravn in 1921. Admission costs 40 crowns. In winter it is
        closed.
        Who founded the museum? | Johan Ravn
        What does admission cost? | 40 crowns
        When is the museum closed? | In winter
        """;

    /// <summary>Documents by the names of their files.</summary>
    public static IReadOnlyDictionary<string, string> Documents { get; } = Blocks().ToDictionary(block => $"{block.Name}.txt", block => block.Text);

    /// <summary>Labels as lines of a question file. Those of the church, the ferry and the canteen fall into the part that is held out.</summary>
    public static string Labels { get; } = string.Join(
        '\n', Blocks().SelectMany(block => block.Questions.Select((line, number) => LabelOf(block.Name, block.Text, line, number))));

    private static IEnumerable<(string Name, string Text, string[] Questions)> Blocks() =>
        from block in Handbook.ReplaceLineEndings("\n").Split("\n\n")
        let lines = block.Split('\n')
        let questions = lines.Where(line => line.Contains(Divider)).ToArray()
        select (lines[0], string.Join(' ', lines[1..^questions.Length]), questions);

    private static string LabelOf(string name, string text, string line, int number)
    {
        var parts = line.Split(Divider);
        var start = text.IndexOf(parts[1], StringComparison.Ordinal);
        return JsonSerializer.Serialize(new
        {
            id = $"{name}-{number}",
            question = parts[0],
            answers = new[] { parts[1] },
            passages = new[] { new { document = $"{name}.txt", title = name, text, grade = 3, start, end = start + parts[1].Length } },
        });
    }
}
