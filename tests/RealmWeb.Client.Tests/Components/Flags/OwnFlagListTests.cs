using RealmWeb.Client.Components.Flags;
using RealmWeb.Contracts.Flags;

namespace RealmWeb.Client.Tests.Components.Flags;

public sealed class OwnFlagListTests
{
    private static readonly FlagView Flag = new(
        null, false, new Dictionary<int, PassageVerdict>(), null, null, "", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null, null, null, null);

    [Fact]
    public void Became_SaysHowFarAFlagCame()
    {
        var labelled = Flag with { Outcome = FlagOutcome.Labelled, LabelId = 214 };

        Assert.Equal("Waits for an annotator", OwnFlagList.Became(Flag));
        Assert.Equal("An annotator looked at it and made no label", OwnFlagList.Became(Flag with { Outcome = FlagOutcome.Declined }));
        Assert.Equal("Became label 214; waits for the next model", OwnFlagList.Became(labelled));
        Assert.Equal("Became label 214; model m3 now finds it", OwnFlagList.Became(labelled with { Model = "m3", ModelFinds = true }));
        Assert.Equal(
            "Became label 214; model m3 does not find it yet", OwnFlagList.Became(labelled with { Model = "m3", ModelFinds = false }));
    }

    [Fact]
    public void Said_SaysTheFlagInWords()
    {
        var passages = new Dictionary<int, PassageVerdict> { [1] = PassageVerdict.DoesNotBelong, [2] = PassageVerdict.Answers };

        Assert.Equal(
            "Wrong answer, passage 1 does not belong, passage 2 answers it, it says “Cai Lun”",
            OwnFlagList.Said(Flag with { Answer = AnswerVerdict.Wrong, Passages = passages, PlaceText = "Cai Lun" }));
        Assert.Equal("Not in these documents", OwnFlagList.Said(Flag with { Answer = AnswerVerdict.Wrong, NotInDocuments = true }));
        Assert.Equal("A note", OwnFlagList.Said(Flag with { Note = "?" }));
    }
}
