namespace Haul.SystemTests.Origins;

/// <summary>The transport under TLS, which can stop in the middle of what it is given to write.</summary>
sealed class CuttableStream(Stream transport) : Stream
{
    // The head of a TLS record and a few of its bytes (RFC 8446, section 5.1).
    const int CutBytes = 64;

    bool _isCutting;
    bool _isCut;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Lets only the first bytes of the next write through, and nothing after them.</summary>
    public void CutNextWrite() => _isCutting = true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        transport.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isCut)
            return ValueTask.CompletedTask;
        _isCut = _isCutting;
        return transport.WriteAsync(_isCut ? buffer[..Math.Min(CutBytes, buffer.Length)] : buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => transport.FlushAsync(cancellationToken);

    public override void Flush() => transport.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            transport.Dispose();
        base.Dispose(disposing);
    }
}
