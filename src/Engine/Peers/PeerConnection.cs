using System.Buffers;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Peers;

/// <summary>A connection to an agent that has proved who it is: messages in and out, and the bytes of pieces.</summary>
/// <remarks>
/// One may read and one may send at the same time. After DATA was read, its payload has to be taken or passed over before the next message. What
/// the peer does wrong is a failure, and then the connection is to be disposed of. At rest it holds a buffer of a few KiB.
/// </remarks>
sealed class PeerConnection(IPeerStream stream, PeerSession session) : IAsyncDisposable
{
    /// <summary>Bytes of the buffer at rest: dozens of short messages in one read.</summary>
    const int RestingBytes = 4 << 10;

    byte[] _buffer = new byte[RestingBytes];
    int _start;
    int _end;
    long _frames;

    public IPeerStream Stream => stream;

    /// <summary>What is proved of the peer.</summary>
    public PeerSession Session => session;

    public PeerId Peer => session.Peer;

    /// <summary>Bytes of the payload that comes next; 0 when a message does.</summary>
    public int PayloadBytes { get; private set; }

    /// <summary>Frames that came, without their payloads. Any thread.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>A part of a frame is here, and not all of it. Any thread; what it says may be over already.</summary>
    public bool IsWithinFrame => _end > _start || PayloadBytes > 0;

    int TagBytes => session.Takes is null ? 0 : FrameSeal.TagBytes;

    /// <summary>The next message; a failure when the peer breaks the protocol or is gone.</summary>
    public async ValueTask<Outcome<PeerMessage>> ReadAsync(CancellationToken cancel)
    {
        if (PayloadBytes > 0)
            throw new InvalidOperationException("The payload of DATA comes before the next message.");
        if (!await FillAsync(PeerFrame.HeadBytes, cancel))
            return Lost();
        var head = PeerFrame.Read(_buffer.AsSpan(_start, PeerFrame.HeadBytes), isSealed: session.Takes is not null);
        // What is not under a record of TLS may have been changed on the way, and its tag is not here yet.
        if (!head.Succeeded)
            return session.Takes is null ? head.Failure : head.Failure with { Code = DO_E_LOST_CONNECTION };
        var fields = PeerFrame.HeadBytes + head.Value.BodyBytes;
        if (!await FillAsync(fields + TagBytes, cancel))
            return Lost();
        var frame = _buffer.AsSpan(_start, fields + TagBytes);
        // Who changed it is on the way, and not the peer: to refuse that one would be what he wants.
        if (session.Takes?.Opens(frame[..fields], frame[fields..]) == false)
            return new Failure(DO_E_LOST_CONNECTION, $"A message of {stream.Remote} has a false tag: it was changed on the way");
        var message = PeerCodec.Read(head.Value, frame[PeerFrame.HeadBytes..fields]);
        _start += frame.Length;
        Volatile.Write(ref _frames, _frames + 1);
        PayloadBytes = head.Value.PayloadBytes;
        return message;
    }

    /// <summary>Takes the payload, straight to where it belongs; false when the peer is gone.</summary>
    /// <param name="into">As long as the payload.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<bool> TakePayloadAsync(Memory<byte> into, CancellationToken cancel)
    {
        if (into.Length != PayloadBytes)
            throw new ArgumentException($"The payload has {PayloadBytes} bytes, and not {into.Length}.", nameof(into));
        var buffered = Math.Min(_end - _start, into.Length);
        _buffer.AsMemory(_start, buffered).CopyTo(into);
        _start += buffered;
        into = into[buffered..];
        while (into.Length > 0)
        {
            var read = await stream.ReadAsync(into, cancel);
            if (read <= 0)
                return false;
            into = into[read..];
        }
        PayloadBytes = 0;
        return true;
    }

    /// <summary>Passes over the payload of an answer that nobody waits for any more; false when the peer is gone.</summary>
    public async ValueTask<bool> SkipPayloadAsync(CancellationToken cancel)
    {
        while (PayloadBytes > 0)
        {
            if (_start == _end && !await FillAsync(1, cancel))
                return false;
            var skipped = Math.Min(_end - _start, PayloadBytes);
            _start += skipped;
            PayloadBytes -= skipped;
        }
        return true;
    }

    /// <summary>Sends a message; false when the peer is gone.</summary>
    public async ValueTask<bool> SendAsync(PeerMessage message, CancellationToken cancel)
    {
        var frame = ArrayPool<byte>.Shared.Rent(PeerCodec.SizeOf(message) + FrameSeal.TagBytes);
        try
        {
            return await stream.WriteAsync(frame.AsMemory(0, Write(message, frame, payloadBytes: 0)), cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>Sends bytes of a piece from a file; false when the peer is gone or the file does not give them.</summary>
    /// <param name="data">What they are.</param>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where in the file.</param>
    /// <param name="count">How many, up to <see cref="PeerLimits.PayloadBytesMax"/>.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<bool> SendAsync(PeerMessage.Bytes data, IDiskFile file, long offset, int count, CancellationToken cancel)
    {
        var head = ArrayPool<byte>.Shared.Rent(PeerFrame.HeadBytes + PeerFrame.DataBodyBytes + FrameSeal.TagBytes);
        try
        {
            return await stream.SendFileAsync(head.AsMemory(0, Write(data, head, count)), file, offset, count, cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    // The session's seals go with the last who sends or reads, which may still be at it.
    public ValueTask DisposeAsync() => stream.DisposeAsync();

    int Write(PeerMessage message, Span<byte> frame, int payloadBytes)
    {
        var fields = PeerCodec.Write(message, frame, (session.Sends is null ? 0 : FrameSeal.TagBytes) + payloadBytes);
        if (session.Sends is not { } seal)
            return fields;
        seal.Seal(frame[..fields], frame.Slice(fields, FrameSeal.TagBytes));
        return fields + FrameSeal.TagBytes;
    }

    // Reads on until so many bytes are buffered; false when the peer is gone before.
    async ValueTask<bool> FillAsync(int count, CancellationToken cancel)
    {
        if (_end - _start >= count)
            return true;
        MakeRoom(count);
        while (_end - _start < count)
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancel);
            if (read <= 0)
                return false;
            _end += read;
        }
        return true;
    }

    // A long message has a long buffer, and the short one behind it a short one again.
    void MakeRoom(int count)
    {
        var left = _buffer.AsSpan(_start, _end - _start);
        var size = Math.Max(RestingBytes, Math.Max(count, left.Length));
        var fits = size <= _buffer.Length && (size > RestingBytes || _buffer.Length == RestingBytes);
        var roomy = fits ? _buffer : new byte[size];
        left.CopyTo(roomy);
        (_buffer, _start, _end) = (roomy, 0, left.Length);
    }

    Failure Lost() => new(DO_E_LOST_CONNECTION, $"{stream.Remote} closed the connection");
}
