using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Haul.SystemTests.Origins;
using Microsoft.Extensions.Time.Testing;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Peers;

/// <summary>Peers that say of a swarm what does not fit, over real connections.</summary>
public sealed class HostileSwarmTests : IAsyncLifetime
{
    static readonly TestContent _third = new(83, 3_000_000);

    readonly FakeTimeProvider _time = new();
    readonly HostileRig _rig;

    public HostileSwarmTests() => _rig = new HostileRig(time: _time);

    HostileHub Victim => _rig.Victim;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _rig.HonestPeersAreServedAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_content_that_is_cut_otherwise_is_not_shared_and_that_is_no_offence()
    {
        var later = HostileHub.SeatOf(_third, _rig.Group);
        await using var peer = (await HostilePeer.GreetAsync(Victim.At, _rig.Group))!;
        await peer.SendAsync(Victim.Wanted.Meta(1) with { PieceSize = PeerLimits.RequestBytesMax / 2, SlicePieces = 2 });
        await peer.SendAsync(new PeerMessage.Have(1, 0, [new PieceIndex(7)]));
        await peer.SendAsync(later.Meta(2) with { PieceSize = PeerLimits.RequestBytesMax / 4 });
        await AnswersAsync(peer);
        Victim.Hub.Take(later);
        while (await peer.HearAsync<PeerMessage.Meta>() is var meta && meta.Swarm != later.Swarm)
            continue;
        await peer.SendAsync(new PeerMessage.Have(2, 0, [new PieceIndex(11)]));
        await peer.SendAsync(new PeerMessage.Leave(1));
        await AnswersAsync(peer);

        Assert.Empty(Victim.Hub.Banned);
        Assert.Equal(0, Assert.Single(Victim.Hub.Links, link => link.Peer == peer.Id).SharedCount);
        Assert.DoesNotContain(Drain(), news => news is SwarmNews.Said or SwarmNews.Joined or SwarmNews.Left);
    }

    [Fact]
    public async Task A_false_length_is_an_offence_also_where_it_was_told_before_anyone_could_know()
    {
        var later = HostileHub.SeatOf(_third, _rig.Group);
        await using var peer = (await HostilePeer.GreetAsync(Victim.At, _rig.Group))!;
        await peer.SendAsync(later.Meta(1) with { LengthBytes = 2_000_000 });
        await AnswersAsync(peer);
        Assert.Empty(Victim.Hub.Banned);

        Victim.Hub.Take(later);

        Assert.Contains("has 2000000 bytes, and it has 3000000", (await Victim.BannedAsync(peer.Id)).Why.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_swarms_than_one_may_open_are_an_offence()
    {
        await using var peer = (await HostilePeer.GreetAsync(Victim.At, _rig.Group))!;
        for (var i = 1u; i <= 4097; i++)
            await peer.SendAsync(new PeerMessage.Meta(i, new SwarmId(new PieceHash(i, i)), 1_000_000, PeerLimits.RequestBytesMax, 1, 0, MetaFlags.None));

        Assert.Equal(DO_E_INVALID_PEER_MSG, (await Victim.BannedAsync(peer.Id)).Why.Code);
    }

    [Fact]
    public async Task A_claim_that_is_renewed_for_ever_without_a_byte_is_heard_for_thirty_seconds()
    {
        await using var peer = await _rig.GiverAsync();
        await peer.SendAsync(new PeerMessage.Claim(HostilePeer.Channel, 0, 600_000, 500_000));
        var heard = 0;
        for (var second = 0; second < 300; second++)
        {
            await peer.SendAsync(new PeerMessage.Renew(HostilePeer.Channel, 0, 600_000, 500_000));
            await AnswersAsync(peer);
            heard += Drain().Count(news => news is SwarmNews.Said(_, PeerMessage.Renew));
            // The signs of life that it asks for are paid for by time, too.
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(31, heard);
    }

    [Fact]
    public async Task An_error_of_this_agents_own_ends_the_connection_and_nothing_else()
    {
        var wrong = HostileHub.SeatOf(_third, _rig.Group);
        wrong.Post = _ => throw new InvalidOperationException("for the test");
        Victim.Hub.Take(wrong);
        await using var peer = (await HostilePeer.GreetAsync(Victim.At, _rig.Group))!;
        await peer.SendAsync(wrong.Meta(1));

        await peer.ClosedAsync();
        await Victim.GoneAsync(peer.Id);
        wrong.Post = static _ => { };
        // What became of it is looked at every five seconds.
        _time.Advance(PeerHubLimits.TickInterval);
    }

    [Fact]
    public async Task Addresses_at_which_nobody_is_are_not_all_called_at_once()
    {
        await using var peer = await _rig.GiverAsync();
        for (var i = 0; i < 16; i++)
        {
            var some = Enumerable.Range(1, 64).Select(port => new System.Net.IPEndPoint(HostilePeer.NewAddress(), 1000 + port));
            await peer.SendAsync(new PeerMessage.Peers(HostilePeer.Channel, [.. some]));
        }
        await AnswersAsync(peer);

        // The victim goes on to find the honest one.
        Victim.Hub.Meet(_rig.Honest.At, _rig.Honest.Id);
        Assert.Empty(Victim.Hub.Banned);
    }

    static async Task AnswersAsync(HostilePeer peer)
    {
        await peer.SendAsync(new PeerMessage.Ping(5));
        await peer.HearAsync<PeerMessage.Pong>();
    }

    List<SwarmNews> Drain()
    {
        var all = new List<SwarmNews>();
        while (Victim.News.TryRead(out var news))
            all.Add(news);
        return all;
    }
}
