namespace Haul.SimulationTests.World;

/// <summary>The bytes of an answer as they come over the wire: in lumps, each in its time, until the end or until something breaks.</summary>
sealed class SimBody(SimConnection connection, SimContent? content, ReadOnlyMemory<byte> bytes, RequestFault? fault) : Stream
{
    int _position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = connection.Lane.Clock;
        var left = bytes.Length - _position;
        if (fault is { After: { } after } && fault.Body != BodyFault.Corrupt)
        {
            left = (int)Math.Min(left, after - _position);
            if (left <= 0 && _position < bytes.Length)
            {
                if (fault.Body == BodyFault.Stall)
                    await clock.Wait(Timeout.InfiniteTimeSpan, cancellationToken);
                return fault.Body == BodyFault.Short ? 0 : throw new IOException("Simulated reset of the connection");
            }
        }
        var count = Math.Min(Math.Min(left, buffer.Length), connection.Net.LumpSize);
        if (count == 0)
            return 0;
        await clock.Wait(connection.Net.TimeFor(connection.Host, count), cancellationToken);
        if (connection.Host.IsDown)
            throw new IOException("Simulated end of the server");
        bytes.Span.Slice(_position, count).CopyTo(buffer.Span);
        if (fault is { Body: BodyFault.Corrupt, After: { } wrong } && wrong >= _position && wrong < _position + count)
        {
            buffer.Span[(int)wrong - _position] ^= 0x40;
            connection.Seen.FalseAt = (connection.Seen.First ?? 0) + wrong;
        }
        _position += count;
        connection.Seen.Bytes += count;
        content!.BytesSent += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        connection.Dispose();
        base.Dispose(disposing);
    }

    public override void Flush() => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only reads that wait in virtual time.");
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
