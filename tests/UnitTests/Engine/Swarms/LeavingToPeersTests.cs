using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Swarms;

/// <summary>What peers come to have while this agent fetches it from the origin.</summary>
public sealed class LeavingToPeersTests
{
    static readonly PieceLayout _layout = new(3 * PieceLayout.StandardPieceSize);
    static readonly PeerId _peer = new(7);
    readonly Swarm _swarm = new(new PeerId(1), _layout, new SwarmRules { Hold = TimeSpan.Zero }, new Random(1), TimeSpan.Zero);

    [Fact]
    public void A_slice_of_which_little_is_here_is_left_to_a_peer_that_has_it()
    {
        var fetched = Fetch(At(0));
        PeerHasAll();

        var first = _swarm.Decide(At(100));
        Assert.Contains(new SwarmStep.Abandon(fetched), first);
        // What it brings is true: it is asked for more at a time from then on.
        var brought = first.OfType<SwarmStep.Request>().Single().Piece;
        _swarm.Came(_peer, brought, At(105));
        _swarm.Store(brought);
        _swarm.FetchEnded(fetched, isDone: false, At(110), broughtEnd: 0);
        var steps = _swarm.Decide(At(110));

        Assert.Contains(new SwarmStep.Request(_peer, new PieceIndex(fetched)), steps);
        Assert.DoesNotContain(steps, step => step is SwarmStep.Fetch);
    }

    [Fact]
    public void One_that_is_nearly_here_is_fetched_on()
    {
        var fetched = Fetch(At(0));
        _swarm.Fetched(fetched, PieceLayout.StandardPieceSize * 3 / 4);
        PeerHasAll();

        Assert.DoesNotContain(new SwarmStep.Abandon(fetched), _swarm.Decide(At(100)));
    }

    [Fact]
    public void In_the_end_even_that_is_left_to_peers_when_it_takes_long()
    {
        var fetched = Fetch(At(0));
        _swarm.Fetched(fetched, PieceLayout.StandardPieceSize * 3 / 4);
        PeerHasAll();
        _swarm.Decide(At(100));
        for (var piece = 0; piece < _layout.Count; piece++)
        {
            if (piece != fetched)
                _swarm.Store(new PieceIndex(piece));
        }

        Assert.Contains(new SwarmStep.Abandon(fetched), _swarm.Decide(At(1000)));
    }

    int Fetch(TimeSpan now) => _swarm.Decide(now).OfType<SwarmStep.Fetch>().First().Slice;

    void PeerHasAll()
    {
        _swarm.Join(_peer, new PeerFacts(1, MayFetch: true));
        for (var piece = 0; piece < _layout.Count; piece++)
            _swarm.Has(_peer, new PieceIndex(piece));
    }

    static TimeSpan At(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
