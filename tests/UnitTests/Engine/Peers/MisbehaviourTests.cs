using System.Net;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>What is counted and watched of a peer, and what becomes of one that does wrong.</summary>
public sealed class MisbehaviourTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void Ten_thousand_who_left_the_line_cost_no_stack()
    {
        var slots = new UploadSlots(() => 1);
        Assert.True(slots.TryTake(() => true));
        for (var i = 0; i < 100_000; i++)
            Assert.False(slots.TryTake(() => false));
        var isServed = false;
        slots.TryTake(() => isServed = true);

        slots.Release();

        Assert.True(isServed);
    }

    [Fact]
    public void A_slot_that_nobody_wants_is_free_again()
    {
        var slots = new UploadSlots(() => 1);
        slots.TryTake(() => true);
        slots.TryTake(() => false);
        slots.Release();

        Assert.True(slots.TryTake(() => true));
    }

    [Fact]
    public void An_address_is_refused_for_three_bad_agents_and_as_long_as_all_three_are()
    {
        var bans = new PeerBans(_time);
        var why = new Failure(HResults.DO_E_INVALID_PEER_MSG, "wrong");
        for (var i = 0; i < 5; i++)
            bans.Add(new PeerId(1), IPAddress.Parse("192.0.2.1"), why);
        bans.Add(new PeerId(2), IPAddress.Parse("192.0.2.1"), why);
        Assert.False(bans.IsBanned(IPAddress.Parse("192.0.2.1")));

        bans.Add(new PeerId(3), IPAddress.Parse("192.0.2.1"), why);
        Assert.True(bans.IsBanned(IPAddress.Parse("192.0.2.1")));
        Assert.False(bans.IsBanned(IPAddress.Parse("192.0.2.2")));

        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.False(bans.IsBanned(IPAddress.Parse("192.0.2.1")));
        Assert.True(bans.IsBanned(new PeerId(1)));
    }

    [Fact]
    public void A_ban_doubles_with_each_offence_and_is_forgotten_when_it_is_over_for_as_long_again()
    {
        var bans = new PeerBans(_time);
        var lengths = new List<double>();
        foreach (var wait in new[] { 0, 11, 21, 41, 90 })
        {
            _time.Advance(TimeSpan.FromMinutes(wait));
            bans.Add(new PeerId(1), IPAddress.Loopback, new Failure(HResults.DO_E_BAD_PIECE_HASH, $"after {wait}"));
            var ban = Assert.Single(bans.Now);
            Assert.Equal($"after {wait}", ban.Why.Text);
            lengths.Add(ban.Length.TotalMinutes);
        }

        Assert.Equal([10, 20, 40, 80, 160], lengths);
        _time.Advance(TimeSpan.FromMinutes(321));
        bans.Add(new PeerId(1), IPAddress.Loopback, new Failure(HResults.DO_E_BAD_PIECE_HASH, ""));
        Assert.Equal(10, Assert.Single(bans.Now).Length.TotalMinutes);
    }

    [Fact]
    public void A_budget_is_spent_at_once_and_comes_back_with_time()
    {
        var budget = new PeerBudget(_time);
        var peers = new PeerMessage.Peers(1, []);
        for (var i = 0; i < 1024; i++)
            Assert.Null(budget.Spend(peers));
        Assert.Equal("floods this agent with PEERS", budget.Spend(peers)!.Text);

        _time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 9; i++)
            Assert.Null(budget.Spend(peers));
        Assert.NotNull(budget.Spend(peers));
        // Of other kinds there is as much as ever.
        Assert.Null(budget.Spend(new PeerMessage.Ping(1)));
    }

    [Fact]
    public void The_first_minute_of_an_honest_peer_with_the_longest_content_and_a_thousand_others_is_within_its_budget()
    {
        var budget = new PeerBudget(_time);
        for (var i = 0; i < 1024; i++)
        {
            Assert.Null(budget.Spend(PeerExamples.All[PeerMessageKind.Meta]));
            Assert.Null(budget.Spend(PeerExamples.All[PeerMessageKind.Bitmap]));
        }
        for (var first = 0; first < PeerLimits.PiecesMax; first += PeerLimits.BitmapPiecesMax)
            Assert.Null(budget.Spend(new PeerMessage.Bitmap(1, 0, new PieceIndex(first), PeerLimits.BitmapPiecesMax, [])));
        // Pieces of 16 KiB at 1 Gbit/s: each is asked for, is there, and is told of.
        for (var tenth = 0; tenth < 600; tenth++)
        {
            for (var i = 0; i < 760; i++)
            {
                Assert.Null(budget.Spend(PeerExamples.All[PeerMessageKind.Have]));
                Assert.Null(budget.Spend(PeerExamples.All[PeerMessageKind.Request]));
            }
            for (var i = 0; i < 12; i++)
                Assert.Null(budget.Spend(PeerExamples.All[PeerMessageKind.Attest]));
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    [Fact]
    public void A_claim_that_grows_no_more_is_not_believed_after_thirty_seconds_nor_when_it_is_claimed_anew()
    {
        var watch = new ClaimWatch(_time);
        Assert.True(watch.Believes(1, 7, 500_000));
        for (var second = 1; second <= 30; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(watch.Believes(1, 7, 500_000));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(watch.Believes(1, 7, 500_000));
        Assert.False(watch.Believes(1, 7, 600_000));
        Assert.True(watch.Believes(1, 8, 0));
        Assert.True(watch.Believes(2, 7, 0));

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.True(watch.Believes(1, 7, 0));
    }

    [Fact]
    public void A_claim_that_grows_is_believed_for_two_minutes_without_a_piece_and_then_on_with_each_piece()
    {
        var watch = new ClaimWatch(_time);
        for (var second = 0u; second <= 119; second++)
        {
            Assert.True(watch.Believes(1, 7, second));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        watch.Brought(1, 7);
        for (var second = 120u; second <= 240; second++)
        {
            Assert.True(watch.Believes(1, 7, second));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(watch.Believes(1, 7, 241));
    }

    [Fact]
    public void No_more_claims_are_watched_than_there_is_place_for()
    {
        var watch = new ClaimWatch(_time);
        Assert.Equal(512, Enumerable.Range(0, 100_000).Count(slice => watch.Believes(1, slice, 0)));
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.True(watch.Believes(1, 100_001, 0));
    }

    [Fact]
    public void Words_that_say_all_anew_for_every_piece_are_kept_for_the_first_pieces_only()
    {
        var book = new AttestationBook(pieceCount: 1000);
        for (var first = 0; first < 1000; first++)
            book.Add(new PeerMessage.Attest(0, [], [], [], [.. Enumerable.Range(first, Math.Min(512, 1000 - first)).Select(piece => new AttestedPiece(new PieceIndex(piece), default))]));

        Assert.InRange(book.All.Sum(word => word.Pieces.Length), 1000, 8 * 1000 + 512);
        // What this agent says itself is kept in any case.
        var own = new PeerMessage.Attest(0, [], [], [], [new AttestedPiece(new PieceIndex(999), default)]);
        book.Replace(own);
        Assert.Same(own, book.Find(new PieceIndex(999)));
    }

    [Fact]
    public void A_liar_who_has_said_all_that_may_be_said_leaves_room_for_the_words_of_others()
    {
        var book = new AttestationBook(pieceCount: 1000);
        for (var first = 0; first < 1000; first++)
            book.Add(new PeerMessage.Attest(0, [1], [], [], [.. Enumerable.Range(first, Math.Min(512, 1000 - first)).Select(piece => new AttestedPiece(new PieceIndex(piece), default))]));
        book.Remove(PeerId.Of([1]));
        var honest = new PeerMessage.Attest(0, [2], [], [], [new AttestedPiece(new PieceIndex(7), default)]);
        book.Add(honest);

        Assert.Same(honest, Assert.Single(book.All));
    }
}
