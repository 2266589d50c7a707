namespace RealmWeb.Engine.Answering;

/// <summary>A resource that many use at once and that goes when its owner has let it go and its last user has left: an index generation that was
/// replaced, a model that is no longer in production.</summary>
public sealed class Shared<T>(T value, Func<T, ValueTask> close)
    where T : class
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _retired;

    /// <summary>Starts a use; null when it is already going.</summary>
    public Use? TryUse()
    {
        lock (_lock)
        {
            if (_retired)
                return null;
            _users++;
            return new Use(this);
        }
    }

    /// <summary>Whether this is the resource.</summary>
    public bool Holds(T other) => ReferenceEquals(value, other);

    /// <summary>No further use begins; closes now or with the last one that is under way.</summary>
    public ValueTask RetireAsync()
    {
        lock (_lock)
        {
            if (_retired)
                return ValueTask.CompletedTask;
            _retired = true;
            return _users == 0 ? close(value) : ValueTask.CompletedTask;
        }
    }

    private ValueTask LeaveAsync()
    {
        lock (_lock)
            return --_users == 0 && _retired ? close(value) : ValueTask.CompletedTask;
    }

    /// <summary>One use of the resource.</summary>
    public sealed class Use : IAsyncDisposable
    {
        private readonly Shared<T> _owner;
        private bool _left;

        internal Use(Shared<T> owner) => _owner = owner;

        public T Value => _owner.Value;

        public ValueTask DisposeAsync()
        {
            if (_left)
                return ValueTask.CompletedTask;
            _left = true;
            return _owner.LeaveAsync();
        }
    }

    private T Value => value;
}
