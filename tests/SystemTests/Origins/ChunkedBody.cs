using System.Globalization;

namespace Haul.SystemTests.Origins;

/// <summary>A body on its way out in chunks, which announce more than is sent if the sending stops early.</summary>
sealed class ChunkedBody(Stream stream, long length, long? garbageAt)
{
    const int ChunkBytes = 16 * 1024;

    long _done;
    long _leftOfChunk;

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stopping)
    {
        while (!bytes.IsEmpty)
        {
            if (_leftOfChunk == 0)
                await OpenChunkAsync(stopping);
            var now = bytes[..(int)Math.Min(_leftOfChunk, bytes.Length)];
            await stream.WriteAsync(now, stopping);
            bytes = bytes[now.Length..];
            _done += now.Length;
            _leftOfChunk -= now.Length;
            if (_leftOfChunk == 0)
                await WriteAsync("\r\n", stopping);
        }
    }

    public Task FinishAsync(CancellationToken stopping) => WriteAsync("0\r\n\r\n", stopping);

    Task OpenChunkAsync(CancellationToken stopping)
    {
        _leftOfChunk = Math.Min(ChunkBytes, length - _done);
        var size = garbageAt <= _done ? "this is not a size" : _leftOfChunk.ToString("x", CultureInfo.InvariantCulture);
        return WriteAsync(size + "\r\n", stopping);
    }

    async Task WriteAsync(string text, CancellationToken stopping) => await stream.WriteAsync(Wire.Bytes(text), stopping);
}
