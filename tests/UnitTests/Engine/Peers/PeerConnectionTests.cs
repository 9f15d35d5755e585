using CsCheck;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using Microsoft.Extensions.Time.Testing;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>Messages and payloads over a connection, and the way to one.</summary>
public sealed class PeerConnectionTests : IDisposable
{
    readonly PeerIdentity _ann = PeerExamples.Identity(1);
    readonly PeerIdentity _bob = PeerExamples.Identity(2);
    readonly FakeTimeProvider _time = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Transports => [nameof(GroupTransport.Tls), nameof(GroupTransport.Plain)];

    public void Dispose()
    {
        _ann.Dispose();
        _bob.Dispose();
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Every_message_arrives_however_small_the_parts(string transport)
    {
        foreach (var part in new[] { 1, 7, int.MaxValue })
        {
            var (ann, bob, _) = await OpenAsync(transport, part);
            PeerMessage[] messages = [.. PeerExamples.All.Values.Where(message => message is not PeerMessage.Bytes), Long(), new PeerMessage.Ping(1), Long(), new PeerMessage.Ping(2)];
            foreach (var message in messages)
                Assert.True(await ann.SendAsync(message, Cancel));
            foreach (var message in messages)
                Assert.Equal(PeerCodec.Write(message), PeerCodec.Write((await bob.ReadAsync(Cancel)).Value!));
            Assert.Equal((_bob.Id, _ann.Id), (ann.Peer, bob.Peer));
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Payloads_and_messages_come_in_their_order(string transport)
    {
        var (ann, bob, _) = await OpenAsync(transport, part: 1000);
        using var file = new SpanFile(FakeOrigin.Content(PeerLimits.PayloadBytesMax + 500));

        Assert.True(await ann.SendAsync(new PeerMessage.Bytes(1, 2, 3), file, 500, PeerLimits.PayloadBytesMax, Cancel));
        Assert.True(await ann.SendAsync(new PeerMessage.Bytes(1, 3, 0), file, 0, 1, Cancel));
        Assert.True(await ann.SendAsync(new PeerMessage.Bytes(1, 4, 0), file, 7, 20_000, Cancel));
        Assert.True(await ann.SendAsync(new PeerMessage.Ping(9), Cancel));

        Assert.Equal(new PeerMessage.Bytes(1, 2, 3), (await bob.ReadAsync(Cancel)).Value);
        var payload = new byte[bob.PayloadBytes];
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await bob.ReadAsync(Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await bob.TakePayloadAsync(payload.AsMemory(1), Cancel));
        Assert.True(await bob.TakePayloadAsync(payload, Cancel));
        Assert.Equal(file.Content[500..], payload);
        Assert.Equal(new PeerMessage.Bytes(1, 3, 0), (await bob.ReadAsync(Cancel)).Value);
        Assert.True(await bob.SkipPayloadAsync(Cancel));
        Assert.Equal(new PeerMessage.Bytes(1, 4, 0), (await bob.ReadAsync(Cancel)).Value);
        Assert.True(await bob.SkipPayloadAsync(Cancel));
        Assert.Equal((new PeerMessage.Ping(9), 0), ((await bob.ReadAsync(Cancel)).Value, bob.PayloadBytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(28)]
    public async Task A_plain_frame_that_was_changed_on_the_way_ends_it(int at)
    {
        var (ann, bob, streams) = await OpenAsync(nameof(GroupTransport.Plain));
        var changed = streams.Ann.Written + at;
        streams.Ann.Change = (number, value) => number == changed ? (byte)(value ^ 4) : value;

        await ann.SendAsync(new PeerMessage.Ping(9), Cancel);
        await ann.DisposeAsync();
        var read = await bob.ReadAsync(Cancel);

        Assert.False(read.Succeeded);
    }

    [Fact]
    public async Task A_frame_that_is_sent_again_ends_it()
    {
        var (ann, bob, streams) = await OpenAsync(nameof(GroupTransport.Plain));
        var first = new List<byte>();
        streams.Ann.Change = (_, value) =>
        {
            first.Add(value);
            return value;
        };
        await ann.SendAsync(new PeerMessage.Ping(9), Cancel);
        byte[] again = [.. first];
        await streams.Ann.WriteAsync(again, Cancel);

        Assert.True((await bob.ReadAsync(Cancel)).Succeeded);
        // Someone between the two did it: neither of them is to blame.
        Assert.Equal(DO_E_LOST_CONNECTION, (await bob.ReadAsync(Cancel)).Code);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_peer_that_goes_is_told_wherever_it_was(string transport)
    {
        using var file = new SpanFile(FakeOrigin.Content(1000));
        var (ann, bob, streams) = await OpenAsync(transport);
        await ann.SendAsync(new PeerMessage.Bytes(1, 2, 3), file, 0, 1000, Cancel);
        await streams.Ann.WriteAsync(new byte[] { 0, 0 }, Cancel);
        await ann.DisposeAsync();

        Assert.True((await bob.ReadAsync(Cancel)).Succeeded);
        Assert.True(await bob.SkipPayloadAsync(Cancel));
        Assert.Equal(DO_E_LOST_CONNECTION, (await bob.ReadAsync(Cancel)).Code);
        Assert.False(await ann.SendAsync(new PeerMessage.Ping(1), Cancel));
    }

    [Fact]
    public async Task A_payload_that_breaks_off_is_told()
    {
        foreach (var skips in new[] { true, false })
        {
            var (_, bob, streams) = await OpenAsync(nameof(GroupTransport.Tls));
            var head = new byte[PeerCodec.SizeOf(new PeerMessage.Bytes(1, 2, 3))];
            PeerCodec.Write(new PeerMessage.Bytes(1, 2, 3), head, 1000);
            await streams.Ann.WriteAsync(head, Cancel);
            await streams.Ann.WriteAsync(new byte[999], Cancel);
            await streams.Ann.DisposeAsync();

            Assert.True((await bob.ReadAsync(Cancel)).Succeeded);
            Assert.False(skips ? await bob.SkipPayloadAsync(Cancel) : await bob.TakePayloadAsync(new byte[1000], Cancel));
        }
    }

    [Fact]
    public async Task A_head_beyond_the_limits_ends_it_before_anything_is_taken()
    {
        var (_, bob, streams) = await OpenAsync(nameof(GroupTransport.Tls));
        await streams.Ann.WriteAsync(new byte[] { 0x7F, 0xFF, 0xFF, 0xFF, (byte)PeerMessageKind.Bitmap }, Cancel);

        Assert.Equal(DO_E_PEER_MSG_TOO_LONG, (await bob.ReadAsync(Cancel)).Code);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Another_transport_or_another_group_comes_to_nothing_and_is_closed(string transport)
    {
        var right = PeerExamples.Group(transport: Enum.Parse<GroupTransport>(transport));
        var otherway = PeerExamples.Group(transport: 1 - right.Transport);
        foreach (var wrong in new[] { PeerExamples.Group(first: 9, transport: right.Transport), otherway })
        {
            var (one, other) = FakeStream.Pair();
            var calling = Door(_ann, wrong).OpenAsync(one, isInitiator: true, Cancel).AsTask();
            var (connection, failure) = await Door(_bob, right).OpenAsync(other, isInitiator: false, Cancel);

            Assert.Null(connection);
            Assert.Equal(DO_E_UNRECOGNIZED_CONN, failure?.Code);
            Assert.True(other.IsClosed);
            _time.Advance(PeerDoor.TimeMax);
            Assert.Equal(DO_E_LOST_CONNECTION, (await calling).Failure?.Code);
            Assert.True(one.IsClosed);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_does_not_shake_hands_is_shut_out_in_time(bool isInitiator)
    {
        var (one, _) = FakeStream.Pair();
        var opening = Door(_ann, PeerExamples.Group(transport: GroupTransport.Plain)).OpenAsync(one, isInitiator, Cancel).AsTask();
        _time.Advance(PeerDoor.TimeMax - TimeSpan.FromMilliseconds(1));
        Assert.False(opening.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(DO_E_LOST_CONNECTION, (await opening).Failure?.Code);
        Assert.True(one.IsClosed);
    }

    [Fact]
    public async Task Whatever_comes_instead_of_a_handshake_is_refused() => await Gen.Byte.Array[1, 200].SampleAsync(async bytes =>
    {
        var (one, other) = FakeStream.Pair();
        bytes[0] = 0;
        await one.WriteAsync(bytes, Cancel);
        await one.DisposeAsync();
        var (connection, failure) = await Door(_bob, PeerExamples.Group(transport: GroupTransport.Plain)).OpenAsync(other, isInitiator: false, Cancel);
        return connection is null && failure is not null && other.IsClosed;
    }, iter: 300);

    PeerDoor Door(PeerIdentity own, GroupKey? group) => new(own, group, listenPort: 7680, _time);

    async Task<(PeerConnection Ann, PeerConnection Bob, (FakeStream Ann, FakeStream Bob) Streams)> OpenAsync(string transport, int part = int.MaxValue)
    {
        var group = PeerExamples.Group(transport: Enum.Parse<GroupTransport>(transport));
        var streams = FakeStream.Pair(part);
        var opened = await Task.WhenAll(Door(_ann, group).OpenAsync(streams.One, true, Cancel).AsTask(), Door(_bob, group).OpenAsync(streams.Other, false, Cancel).AsTask());
        Assert.All(opened, one => Assert.Null(one.Failure));
        return (opened[0].Connection!, opened[1].Connection!, streams);
    }

    static PeerMessage.Bitmap Long() => new(1, 2, new PieceIndex(0), PeerLimits.BitmapPiecesMax, FakeOrigin.Content(PeerLimits.BitmapPiecesMax / 8));

    /// <summary>A file in memory that is only read.</summary>
    sealed class SpanFile(byte[] content) : IDiskFile
    {
        public byte[] Content => content;

        public FileIdentity Identity => default;

        public long Length => content.Length;

        public Failure? Read(long offset, Span<byte> bytes)
        {
            content.AsSpan((int)offset, bytes.Length).CopyTo(bytes);
            return null;
        }

        public Failure? Allocate(long length) => throw new NotSupportedException();

        public Failure? Write(long offset, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

        public Failure? Give(Caller owner) => throw new NotSupportedException();

        public Failure? Flush() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
