using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.World;

/// <summary>One end of a connection in memory. What is written can be seen and changed on the way, and arrives in small parts.</summary>
sealed class FakeStream : IPeerStream
{
    readonly PipeReader _in;
    readonly PipeWriter _out;
    readonly TaskCompletionSource<byte[]> _shown;
    readonly TaskCompletionSource<byte[]> _seen;
    long _written;

    FakeStream(Pipe incoming, Pipe outgoing, TaskCompletionSource<byte[]> shown, TaskCompletionSource<byte[]> seen, int port) =>
        (_in, _out, _shown, _seen, Local) = (incoming.Reader, outgoing.Writer, shown, seen, new IPEndPoint(IPAddress.Loopback, port));

    public IPEndPoint Remote { get; } = new(IPAddress.Parse("192.0.2.9"), 7680);

    public IPEndPoint Local { get; }

    /// <summary>The most that one read gives.</summary>
    public int ReadBytesMax { get; init; } = int.MaxValue;

    /// <summary>Is handed each byte that goes out, with its number.</summary>
    public Func<long, byte, byte> Change { get; set; } = (_, value) => value;

    /// <summary>Until this is done, bytes of files do not go out.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public bool IsClosed { get; private set; }

    /// <summary>Bytes that went out.</summary>
    public long Written => _written;

    /// <summary>What was last said of how much may wait in the system, each time.</summary>
    public List<int?> UnsentLimits { get; } = [];

    public void LimitUnsent(int? bytes) => UnsentLimits.Add(bytes);

    public static (FakeStream One, FakeStream Other) Pair(int readBytesMax = int.MaxValue)
    {
        var (there, back) = (new Pipe(new PipeOptions(pauseWriterThreshold: 0)), new Pipe(new PipeOptions(pauseWriterThreshold: 0)));
        var (keyOfOne, keyOfOther) = (new TaskCompletionSource<byte[]>(), new TaskCompletionSource<byte[]>());
        return (new FakeStream(back, there, keyOfOne, keyOfOther, 1) { ReadBytesMax = readBytesMax }, new FakeStream(there, back, keyOfOther, keyOfOne, 2) { ReadBytesMax = readBytesMax });
    }

    public async ValueTask<int> PeekAsync(CancellationToken cancel)
    {
        var read = await _in.ReadAsync(cancel);
        var first = read.Buffer.IsEmpty ? -1 : read.Buffer.FirstSpan[0];
        _in.AdvanceTo(read.Buffer.Start);
        return first;
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        var read = await _in.ReadAsync(cancel);
        var part = read.Buffer.Slice(0, Math.Min(Math.Min(buffer.Length, ReadBytesMax), read.Buffer.Length));
        var at = 0;
        foreach (var segment in part)
        {
            segment.CopyTo(buffer[at..]);
            at += segment.Length;
        }
        _in.AdvanceTo(part.End);
        return at;
    }

    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        if (IsClosed)
            return false;
        var changed = bytes.ToArray();
        for (var i = 0; i < changed.Length; i++)
            changed[i] = Change(_written++, changed[i]);
        return !(await _out.WriteAsync(changed, cancel)).IsCompleted;
    }

    public async ValueTask<bool> SendFileAsync(ReadOnlyMemory<byte> header, IDiskFile file, long offset, int count, CancellationToken cancel)
    {
        await Gate.WaitAsync(cancel);
        var bytes = new byte[count];
        return file.Read(offset, bytes) is null && await WriteAsync(header, cancel) && await WriteAsync(bytes, cancel);
    }

    /// <summary>Shows a certificate and sees the other's. The first byte of TLS goes out, so that it can be peeked at; the bytes are not hidden.</summary>
    public async ValueTask<(byte[]? PeerPublicKey, Failure? Failure)> StartTlsAsync(X509Certificate2 own, bool asServer, CancellationToken cancel)
    {
        _shown.TrySetResult(own.PublicKey.ExportSubjectPublicKeyInfo());
        if (!asServer)
            await _out.WriteAsync(new byte[] { 0x16 }, cancel);
        else
            await ReadAsync(new byte[1], cancel);
        return (await _seen.Task.WaitAsync(cancel), null);
    }

    public async ValueTask DisposeAsync()
    {
        IsClosed = true;
        await _out.CompleteAsync();
        await _in.CompleteAsync();
    }
}
