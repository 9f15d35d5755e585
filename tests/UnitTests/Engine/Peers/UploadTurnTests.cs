using System.Security.Cryptography;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Haul.UnitTests.World;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>Whoever reads slowly gives its turn to others.</summary>
public sealed class UploadTurnTests
{
    /// <summary>A slot is for those who take 52 KB/s: 64 KiB in 1.25 s.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(1.25);

    [Fact]
    public async Task A_short_frame_that_does_not_go_out_gives_the_slot_away_as_soon_as_a_long_one_would_at_that_rate()
    {
        var time = new FakeTimeProvider();
        var (stream, _) = FakeStream.Pair();
        stream.Gate = new TaskCompletionSource().Task;
        var slots = new UploadSlots(static () => 1);
        var outbox = new PeerOutbox(new PeerConnection(stream, SessionOf()), new OutboxTools(slots, null, time));
        using var stop = new CancellationTokenSource();
        outbox.Post(new Upload(SeatOf(1 << 20), 1, new PeerMessage.Request(1, 1, new PieceIndex(0), 0, 1 << 20)));
        var running = outbox.RunAsync(stop.Token);
        var isGranted = new TaskCompletionSource();
        Assert.False(slots.TryTake(() => isGranted.TrySetResult()));

        time.Advance(_patience - TimeSpan.FromMilliseconds(10));
        outbox.YieldSlot();
        Assert.False(isGranted.Task.IsCompleted);

        time.Advance(TimeSpan.FromMilliseconds(20));
        outbox.YieldSlot();
        Assert.True(isGranted.Task.IsCompleted);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    static SwarmSeat SeatOf(int lengthBytes)
    {
        var disk = new FakeDisk();
        disk.Put("/file", new byte[lengthBytes]);
        Assert.Null(disk.Open(new Caller(1000, 1000, "user", false), "/file", null, out var file));
        var seat = new SwarmSeat(new SwarmId(PieceHash.Of("swarm"u8)), new PieceLayout(lengthBytes), new LentFile(file!).Lend);
        seat.AddAll();
        return seat;
    }

    static PeerSession SessionOf()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = pair.ExportSubjectPublicKeyInfo();
        return new PeerSession(PeerId.Of(key), key, 1, 0, null, null);
    }
}
