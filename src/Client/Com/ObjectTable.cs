namespace Haul.Client.Com;

/// <summary>The objects of one kind that are in use, one for each id: whoever asks for the same gets the same object.</summary>
sealed class ObjectTable<T>
    where T : class
{
    readonly Lock _gate = new();
    readonly Dictionary<Guid, WeakReference<T>> _objects = [];
    readonly HashSet<T> _kept = [];

    /// <summary>The object of an id, made where there is none.</summary>
    public T Of(Guid id, Func<T> make)
    {
        lock (_gate)
        {
            if (_objects.TryGetValue(id, out var known) && known.TryGetTarget(out var found))
                return found;
            var made = make();
            _objects[id] = new WeakReference<T>(made);
            return made;
        }
    }

    /// <summary>An object has what the agent does not know: it stays even if nobody holds it.</summary>
    public void Keep(T one)
    {
        lock (_gate)
            _kept.Add(one);
    }

    /// <summary>The agent knows all of an object.</summary>
    public void LetGo(T one)
    {
        lock (_gate)
            _kept.Remove(one);
    }

    /// <summary>An object is gone. Called by its finalizer.</summary>
    public void Forget(Guid id)
    {
        lock (_gate)
        {
            // Another object may have taken its place meanwhile.
            if (_objects.TryGetValue(id, out var known) && !known.TryGetTarget(out _))
                _objects.Remove(id);
        }
    }
}
