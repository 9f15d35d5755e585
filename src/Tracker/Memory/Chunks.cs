namespace Haul.Tracker.Memory;

/// <summary>A list of structures that grows without moving what it holds, with places used again. Not thread-safe.</summary>
/// <typeparam name="T">A structure.</typeparam>
sealed class Chunks<T>
    where T : struct
{
    // A chunk of the structures used here stays below what the collector puts on the heap of large objects (85,000 bytes).
    const int Bits = 8;
    const int ChunkLength = 1 << Bits;

    readonly List<T[]> _chunks = [];
    readonly Stack<int> _free = [];
    int _used;

    public int Count => _used - _free.Count;

    public ref T this[int index] => ref _chunks[index >> Bits][index & (ChunkLength - 1)];

    /// <summary>A place that nobody has; its contents are those of the default.</summary>
    public int Take()
    {
        if (_free.TryPop(out var free))
            return free;
        if (_used == _chunks.Count * ChunkLength)
            _chunks.Add(new T[ChunkLength]);
        return _used++;
    }

    public void Return(int index)
    {
        this[index] = default;
        _free.Push(index);
    }
}
