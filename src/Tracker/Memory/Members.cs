namespace Haul.Tracker.Memory;

/// <summary>The members of a swarm, in the order of the networks they come from, so that those of one network lie together.</summary>
sealed class Members
{
    const int LengthMin = 2;

    Member[] _members = new Member[LengthMin];

    public int Count { get; private set; }

    /// <summary>The place of the nth.</summary>
    public int this[int n] => _members[n].Place;

    public void Add(ulong network, int place)
    {
        var at = Find(network, place);
        if (Count == _members.Length)
            Array.Resize(ref _members, Count + Math.Max(LengthMin, Count / 2));
        Array.Copy(_members, at, _members, at + 1, Count++ - at);
        _members[at] = new Member(network, place);
    }

    public void Remove(ulong network, int place)
    {
        var at = Find(network, place);
        Array.Copy(_members, at + 1, _members, at, --Count - at);
        if (_members.Length > 4 * LengthMin && Count < _members.Length / 4)
            Array.Resize(ref _members, _members.Length / 2);
    }

    /// <summary>Where those of a network begin, and where they end.</summary>
    public (int First, int End) OfNetwork(ulong network) =>
        (Find(network, 0), network == ulong.MaxValue ? Count : Find(network + 1, 0));

    // Where it is or belongs.
    int Find(ulong network, int place)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_members[middle].IsBefore(network, place))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    readonly record struct Member(ulong Network, int Place)
    {
        public bool IsBefore(ulong network, int place) => Network < network || (Network == network && Place < place);
    }
}
