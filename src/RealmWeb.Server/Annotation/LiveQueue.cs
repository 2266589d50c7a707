using RealmWeb.Contracts.Events;
using RealmWeb.Data.Annotation;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Flags;
using RealmWeb.Server.Questions;

namespace RealmWeb.Server.Annotation;

/// <summary>The queue as it stands now, for those who work at it together.</summary>
internal sealed class LiveQueue(QuestionJournal journal, QueueFilling filling, FlagNews flags, IChangePublisher changes)
{
    /// <summary>Takes in what was asked and flagged up to now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await journal.SettleAsync(cancellationToken);
        foreach (var corpus in await filling.RefreshAsync(cancellationToken))
            changes.Changed(EventTopics.Queue(corpus), EventTypes.QueueChanged, corpus);
    }

    /// <summary>Somebody took an item, gave it back or is done with it.</summary>
    public void Changed(AnnotationItem item) => changes.Changed(EventTopics.Queue(item.Corpus), EventTypes.QueueChanged, $"{item.Id}");

    /// <summary>A label of an item was finished or taken back, which its asker may wait for.</summary>
    public async Task LabelledAsync(AnnotationItem item, CancellationToken cancellationToken)
    {
        Changed(item);
        if (item.AskedQuestionId is { } question)
            await flags.ChangedAsync(question, cancellationToken);
    }
}
