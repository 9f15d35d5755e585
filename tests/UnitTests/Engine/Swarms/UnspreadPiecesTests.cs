using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Swarms;

/// <summary>Nobody fetches faster for all than its uplink gives on.</summary>
public sealed class UnspreadPiecesTests
{
    static readonly SwarmRules _rules = new() { Hold = TimeSpan.Zero, Stagger = TimeSpan.Zero, OriginAhead = TimeSpan.FromTicks(1) };
    readonly SwarmTable _table = new(100, _rules);

    public UnspreadPiecesTests() => _table.Join(SwarmTable.Id(2));

    [Fact]
    public void Whoever_has_much_that_nobody_else_has_leaves_the_origin_to_others()
    {
        Bring(_rules.UnspreadMax);
        Assert.Empty(_table.Fetches());
    }

    [Fact]
    public void Once_another_has_some_of_it_more_is_fetched()
    {
        var brought = Bring(_rules.UnspreadMax);
        _table.Swarm.Has(SwarmTable.Id(2), new PieceIndex(brought), _table.Now);
        Assert.NotEmpty(_table.Fetches());
    }

    [Fact]
    public void A_crowd_that_takes_nothing_is_not_waited_for()
    {
        Bring(_rules.UnspreadMax);
        Assert.NotEmpty(_table.Fetches(_rules.UnspreadTime.TotalSeconds + 0.1));
    }

    [Fact]
    public void Who_is_alone_fetches_on()
    {
        _table.Swarm.Leave(SwarmTable.Id(2), _table.Now);
        Bring(2 * _rules.UnspreadMax);
        Assert.NotEmpty(_table.Fetches(0.001));
    }

    /// <summary>Brings pieces from the origin until there are so many; the last of them.</summary>
    int Bring(int pieces)
    {
        var (count, last) = (0, -1);
        var steps = _table.Fetches(1);
        while (count < pieces)
        {
            var fetch = steps[0];
            for (last = fetch.First; last < fetch.First + fetch.Count; last++, count++)
                _table.Swarm.Store(new PieceIndex(last));
            _table.Swarm.FetchEnded(fetch.Slice, isDone: true, _table.Now);
            steps.RemoveAt(0);
            if (count < pieces && steps.Count == 0)
                steps = _table.Fetches();
        }
        foreach (var spare in steps)
            _table.Swarm.FetchEnded(spare.Slice, isDone: false, _table.Now);
        return last - 1;
    }
}
