namespace Haul.Engine.Swarms;

/// <summary>Members that were heard of and are not connected yet. For a short time after this agent has joined, what they own is left to them.</summary>
/// <remarks>
/// Everyone hears of everyone within a few milliseconds, and is connected after some more: without this, each member of a crowd that begins at the
/// same moment would fetch the first slices for itself. Who is said to be there and never comes delays no more than these first moments.
/// </remarks>
sealed class ExpectedMembers(SwarmState state, SwarmRules rules, SwarmCells cells, TimeSpan joinedAt)
{
    readonly Dictionary<PeerId, (double[] Scores, bool HasAnswered)> _members = [];
    int _count;

    /// <summary>Until then they are waited for; the more there are, the longer it takes to be connected with them.</summary>
    public TimeSpan Until => joinedAt + Min(rules.ExpectMax, rules.Expect + _count * rules.ExpectEach);

    /// <summary>Until then nothing at all is asked of the origin: one that has answered may have everything.</summary>
    public TimeSpan HoldUntil => joinedAt + (_members.Values.Any(member => member.HasAnswered) ? rules.HoldForAnswers : TimeSpan.Zero);

    public bool IsAny(TimeSpan now) => _members.Count > 0 && now < Until;

    /// <summary>A member was heard of.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="hasAnswered">It has, or fetches, some of what it was asked for.</param>
    public void Add(PeerId peer, bool hasAnswered)
    {
        if (peer == state.Self || state.Find(peer) is not null)
            return;
        if (_members.TryGetValue(peer, out var member))
        {
            _members[peer] = member with { HasAnswered = member.HasAnswered || hasAnswered };
            return;
        }
        if (_members.Count >= rules.CellMax)
            return;
        // What it says of its uplink is heard once it is connected; the machines of one network are much alike.
        _members.Add(peer, (Rendezvous.Scores(peer, state.Slices.Count, state.Weight), hasAnswered));
        _count++;
    }

    /// <summary>It has come, or is not to be had.</summary>
    public void Remove(PeerId peer) => _members.Remove(peer);

    /// <summary>One of them is before this agent for a slice.</summary>
    public bool Own(int slice, double score)
    {
        foreach (var (peer, member) in _members)
        {
            if (member.Scores[slice] > score && cells.IsMine(peer))
                return true;
        }
        return false;
    }

    static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
