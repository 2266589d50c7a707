using RealmWeb.Contracts.Events;

namespace RealmWeb.Jobs.Runs;

/// <summary>Is told that a thing changed which somebody may look at. What is not told is not lost: the tables have it.</summary>
public interface IChangePublisher
{
    /// <param name="topic">One of <see cref="EventTopics"/>.</param>
    /// <param name="type">One of <see cref="EventTypes"/> whose data is a <see cref="ThingChanged"/>.</param>
    /// <param name="id">Name or number of the thing.</param>
    void Changed(string topic, string type, string id);
}

/// <summary>Where nobody watches.</summary>
internal sealed class SilentChangePublisher : IChangePublisher
{
    public void Changed(string topic, string type, string id)
    {
    }
}
