namespace Haul.UnitTests.World;

/// <summary>The body of an answer: comes at once, stalls or breaks where its file says so.</summary>
sealed class FakeBody(RemoteFile file, long at, long end, Action closed) : Stream
{
    readonly byte[] _bytes = file.Spoils?.Invoke(at) ?? file.Bytes;
    long _at = at;
    bool _isClosed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_at >= file.StallsAt)
            await file.Waiting.WaitAsync(file.IsDeaf ? CancellationToken.None : cancellationToken);
        if (_at >= file.BreaksAt)
            throw new IOException("The connection broke.");
        var count = (int)Math.Min(buffer.Length, Math.Min(end, Math.Min(file.StallsAt, file.BreaksAt)) - _at);
        _bytes.AsMemory((int)_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (!_isClosed)
            closed();
        _isClosed = true;
        base.Dispose(disposing);
    }
}
