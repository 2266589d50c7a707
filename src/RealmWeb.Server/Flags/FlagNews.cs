using RealmWeb.Contracts.Events;
using RealmWeb.Data.Questions;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Server.Flags;

/// <summary>Tells of flags: the asker, and those who look after the corpus.</summary>
internal sealed class FlagNews(QuestionStore questions, IChangePublisher changes)
{
    /// <summary>An asker said something, or took it back: annotators find it in their queue, too.</summary>
    public void Said(AskedQuestion asked)
    {
        Changed(asked);
        changes.Changed(EventTopics.Queue(asked.Corpus), EventTypes.QueueChanged, asked.Corpus);
    }

    /// <summary>Something came of the flag of an answer.</summary>
    public async Task ChangedAsync(Guid answer, CancellationToken cancellationToken)
    {
        if (await questions.FindAsync(answer, cancellationToken) is { } asked)
            Changed(asked);
    }

    private void Changed(AskedQuestion asked)
    {
        changes.Changed(EventTopics.Flags(asked.Corpus), EventTypes.FlagChanged, $"{asked.Id}");
        if (asked.AskedBy is { Length: > 0 } name)
            changes.Changed(EventTopics.OwnFlags(name), EventTypes.FlagChanged, $"{asked.Id}");
    }
}
