using Haul.Tracker.Announces;

namespace Haul.Tracker.Swarms;

/// <summary>The best few of many candidates: by rank, and by lot among equals.</summary>
sealed class Picks
{
    readonly ulong[] _scores = new ulong[Announce.WantedMax];
    readonly int[] _candidates = new int[Announce.WantedMax];
    int _count;
    int _max;

    /// <summary>The candidates that were picked, best first.</summary>
    public ReadOnlySpan<int> Best => _candidates.AsSpan(0, _count);

    public void Begin(int max) => (_count, _max) = (0, Math.Min(max, Announce.WantedMax));

    /// <summary>Takes a candidate, where it is better than the worst so far or there is room.</summary>
    /// <param name="candidate">Its number.</param>
    /// <param name="rank">More is better.</param>
    /// <param name="lot">A random number.</param>
    public void Offer(int candidate, int rank, int lot)
    {
        var score = (ulong)rank << 32 | (uint)lot;
        if (_count == _max && (_max == 0 || score <= _scores[_count - 1]))
            return;
        var at = _count < _max ? _count++ : _count - 1;
        for (; at > 0 && _scores[at - 1] < score; at--)
            (_scores[at], _candidates[at]) = (_scores[at - 1], _candidates[at - 1]);
        (_scores[at], _candidates[at]) = (score, candidate);
    }
}
