using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Swarms;

/// <summary>Whom pieces are asked of, and what becomes of requests that bring nothing.</summary>
public sealed class PeerRequestsTests
{
    static readonly SwarmRules _noOrigin = new() { MayFetch = false };
    static readonly PeerId _one = SwarmTable.Id(2);
    static readonly PeerId _other = SwarmTable.Id(3);
    static readonly PeerId _third = SwarmTable.Id(4);

    static void Has(SwarmTable table, PeerId peer, int pieces)
    {
        table.Join(peer);
        for (var piece = 0; piece < pieces; piece++)
            table.Swarm.Has(peer, new PieceIndex(piece));
    }

    [Fact]
    public void One_peer_is_asked_for_a_few_pieces_at_a_time()
    {
        var table = new SwarmTable(100, _noOrigin);
        Has(table, _one, 100);
        Bring(table, _one);
        Assert.Equal(_noOrigin.RequestsPerPeerMax, table.Requests().Count);
    }

    [Fact]
    public void Who_has_brought_nothing_true_yet_is_asked_for_one_piece_at_a_time()
    {
        var table = new SwarmTable(100, _noOrigin);
        Has(table, _one, 100);
        var first = Assert.Single(table.Requests()).Piece;
        Assert.Empty(table.Requests(0.1));
        table.Swarm.Came(_one, first, table.Now);
        Assert.Empty(table.Requests(0.1));
        table.Swarm.Lose(first);
        Assert.Single(table.Requests(0.1));
    }

    [Fact]
    public void Nothing_is_asked_of_who_has_gone_since_it_was_decided()
    {
        // Whether one goes over to who has less to do is drawn: in some of these it does.
        for (var seed = 0; seed < 20; seed++)
        {
            var table = new SwarmTable(1, _noOrigin, seed: seed);
            Has(table, _one, 1);
            table.Swarm.Queues(_one, 5);
            table.Requests();
            table.Join(_other);
            table.Swarm.Has(_other, new PieceIndex(0), table.Now);
            table.Swarm.Leave(_other, table.Now);
            Assert.DoesNotContain(table.Requests(), request => request.Peer == _other);
        }
    }

    [Fact]
    public void What_comes_after_it_was_cancelled_takes_nothing_from_who_is_asked_since()
    {
        var table = new SwarmTable(2, _noOrigin);
        Has(table, _one, 1);
        var piece = Assert.Single(table.Requests()).Piece;
        table.Requests(7);
        Has(table, _other, 1);
        table.Join(_third);
        table.Swarm.Has(_third, new PieceIndex(1));
        Assert.Equivalent(new[] { _other, _third }, table.Requests().Select(request => request.Peer), strict: true);

        // The first one's bytes were on their way; whether they are true is not known while others are looked for.
        table.Swarm.Came(_one, piece, table.Now);
        Assert.Empty(table.Requests(5));
        // They were not: both are asked now, as everything is asked for and takes long.
        table.Swarm.Lose(piece);
        Assert.Equal(_one, Assert.Single(table.Requests(0.1)).Peer);
        table.Swarm.Store(piece);
        Assert.Equivalent(new[] { _one, _other }, table.Decide().OfType<SwarmStep.Cancel>().Select(cancel => cancel.Peer), strict: true);
    }

    [Fact]
    public void What_is_being_proved_is_not_asked_for_again_when_a_second_one_who_was_asked_goes()
    {
        var table = new SwarmTable(1, _noOrigin);
        Has(table, _one, 1);
        var piece = Assert.Single(table.Requests()).Piece;
        Has(table, _other, 1);
        Assert.Equal(_other, Assert.Single(table.Requests(5)).Peer);

        table.Swarm.Came(_one, piece, table.Now);
        table.Swarm.Leave(_other, table.Now);
        Assert.Empty(table.Requests(0.1));
        table.Swarm.Lose(piece);
        Assert.Equal(_one, Assert.Single(table.Requests(0.1)).Peer);
    }

    [Fact]
    public void Who_was_silent_and_brings_something_is_asked_again_at_once()
    {
        var table = new SwarmTable(100, _noOrigin);
        Has(table, _one, 100);
        Bring(table, _one);
        var first = table.Requests();
        table.Requests(5);
        table.Swarm.Came(_one, first[0].Piece, table.Now);
        var second = table.Requests(0.1);
        Assert.Empty(table.Requests(6.5));
        table.Swarm.Came(_one, second.Count > 0 ? second[0].Piece : first[1].Piece, table.Now);

        Assert.NotEmpty(table.Requests(0.1));
    }

    /// <summary>A peer brings the piece that it is asked for.</summary>
    static void Bring(SwarmTable table, PeerId peer)
    {
        var piece = Assert.Single(table.Requests()).Piece;
        table.Swarm.Came(peer, piece, table.Now);
        table.Swarm.Store(piece);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(93)]
    public void Where_someone_reads_meanwhile_the_piece_that_is_next_is_asked_for_first(int head)
    {
        var table = new SwarmTable(100, _noOrigin);
        Has(table, _one, 100);
        table.Join(_other); // It gathers pieces, too: then they come in no order.
        table.Swarm.Playhead = head;
        Assert.Equal(new PieceIndex(head), Assert.Single(table.Requests()).Piece);
    }

    [Fact]
    public void A_piece_is_asked_of_whoever_has_least_to_do()
    {
        var table = new SwarmTable(1, _noOrigin);
        Has(table, _one, 1);
        Has(table, _other, 1);
        table.Swarm.Queues(_one, 5);
        Assert.Equal(_other, Assert.Single(table.Requests()).Peer);
    }

    [Fact]
    public void A_peer_that_lets_requests_run_out_of_time_is_left_alone_twice_as_long_each_time()
    {
        var table = new SwarmTable(1, _noOrigin);
        Has(table, _one, 1);
        var at = new List<double>();
        for (var i = 0; i < 4000 && at.Count < 4; i++)
        {
            if (table.Requests(0.01).Count > 0)
                at.Add((table.Now - SwarmTable.Start).TotalSeconds);
        }
        var pauses = at.Zip(at.Skip(1), (one, next) => next - one - _noOrigin.RequestTimeout.TotalSeconds).ToArray();
        Assert.Equal(2, pauses[0], 0.1);
        Assert.Equal(4, pauses[1], 0.1);
        Assert.Equal(8, pauses[2], 0.1);
    }

    [Fact]
    public void What_only_a_silent_peer_has_is_asked_of_the_origin()
    {
        var table = new SwarmTable(1);
        Has(table, _one, 1);
        Assert.Empty(table.Fetches());
        Assert.Empty(table.Fetches(5.9));
        Assert.Single(table.Fetches(0.2));
    }

    [Fact]
    public void In_the_end_a_late_piece_is_asked_of_a_second_peer_and_never_of_the_origin()
    {
        var table = new SwarmTable(1);
        Has(table, _one, 1);
        Has(table, _other, 1);
        var first = Assert.Single(table.Requests());
        var steps = table.Decide(4);
        var second = Assert.Single(steps.OfType<SwarmStep.Request>());
        Assert.NotEqual(first.Peer, second.Peer);
        Assert.Empty(steps.OfType<SwarmStep.Fetch>());
        table.Swarm.Came(second.Peer, new PieceIndex(0), table.Now);
        table.Swarm.Store(new PieceIndex(0));
        Assert.Equal(first.Peer, Assert.Single(table.Decide().OfType<SwarmStep.Cancel>()).Peer);
    }

    [Fact]
    public void Of_those_who_wait_in_line_about_half_go_over_to_one_more_who_has_the_piece()
    {
        var moved = 0;
        for (var i = 0; i < 64; i++)
        {
            var table = new SwarmTable(1, _noOrigin, seed: i);
            Has(table, _one, 1);
            table.Requests();
            table.Swarm.Queues(_one, 40);
            table.Join(_other);
            table.Swarm.Has(_other, new PieceIndex(0), table.Now);
            moved += table.Requests().Count(request => request.Peer == _other);
        }
        Assert.InRange(moved, 16, 48);
    }

    [Fact]
    public void Whoever_is_being_served_stays()
    {
        for (var i = 0; i < 16; i++)
        {
            var table = new SwarmTable(1, _noOrigin, seed: i);
            Has(table, _one, 1);
            table.Requests();
            table.Swarm.Queues(_one, 40);
            table.Swarm.Brings(_one, 0, table.Now);
            table.Join(_other);
            table.Swarm.Has(_other, new PieceIndex(0), table.Now);
            Assert.Empty(table.Decide());
        }
    }

    [Fact]
    public void When_a_peer_goes_what_was_asked_of_it_is_asked_of_others()
    {
        var table = new SwarmTable(1, _noOrigin);
        Has(table, _one, 1);
        Assert.Equal(_one, Assert.Single(table.Requests()).Peer);
        Has(table, _other, 1);
        Assert.Empty(table.Requests());
        table.Swarm.Leave(_one, table.Now);
        Assert.Equal(_other, Assert.Single(table.Requests()).Peer);
    }

    [Fact]
    public void A_piece_that_nobody_s_bytes_prove_is_asked_of_the_origin_when_a_silent_peer_has_it()
    {
        var table = new SwarmTable(1);
        Has(table, _one, 1);
        Assert.Single(table.Requests());
        Assert.Single(table.Fetches(6.1)); // The peer brought nothing: what it has counts no more.
        table.Swarm.FetchEnded(0, isDone: false, table.Now);
        table.Swarm.Hide(new PieceIndex(0));
        Assert.Single(table.Fetches(1)); // After the grace of the one other member.
    }
}
