using Haul.Engine.Pieces;
using Haul.Engine.Sources;
using Haul.Engine.Store;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Transfers;

/// <summary>Steps 4 to 7 for one connection: asks for the bytes of a lease, keeps each piece as it comes, and reports.</summary>
/// <remarks>
/// Runs beside the transfer's loop and touches none of its state. A broken answer is taken up again at the very byte where it broke, as
/// long as each connection brings something, so that a server that cuts every connection after a few bytes is beaten too.
/// </remarks>
sealed class Fetch(FetchGround ground, Lease lease, HttpAnswer? answer)
{
    HttpAnswer? _answer = answer;
    long _bytesAtConnect;
    int _thinConnections;
    bool _isRefused;

    /// <summary>Fetches until the lease is at its end or its source is lost, then posts one <see cref="TransferEvent.LeaseEnded"/>.</summary>
    public async Task RunAsync()
    {
        SourceFailure? lost = null;
        int? unfinished = null;
        var ended = false;
        lease.LastByteAt = ground.Time.GetTimestamp();
        while (lost is null && !ended && !_isRefused && lease.TryClaim(out var piece))
        {
            var buffer = await ground.Buffers.RentAsync(ground.Layout.LengthOf(piece));
            (var count, lost) = await FillAsync(piece, buffer);                           // :: Step 4
            ended = lost is null && count < buffer.Length;
            buffer.Shorten(lost is null && !_isRefused ? count : 0);
            if (buffer.Length > 0)
            {
                ground.Prove(piece, buffer);                                              // :: Step 5
            }
            else
            {
                unfinished = piece.Value;
                buffer.Release();
            }
        }
        _answer?.Dispose();
        ground.Post(new TransferEvent.LeaseEnded(lease, lost, unfinished, ended));        // :: Step 7
    }

    /// <summary>Brings one piece to the file; fewer bytes than its length only at the end of a file whose length nobody told.</summary>
    async ValueTask<(int Count, SourceFailure? Lost)> FillAsync(PieceIndex piece, PieceBuffer buffer)
    {
        var offset = ground.Layout.OffsetOf(piece);
        var (filled, written) = (0, 0);
        var ended = false;
        while (!ended && !_isRefused && filled < buffer.Length)
        {
            var (remote, contiguous) = ground.Map.At(offset + filled);
            if (await StandAtAsync(offset + filled, remote, contiguous) is { } refused)
                return Undo(filled, refused);

            var want = (int)Math.Min(Math.Min(buffer.Length - filled, FetchLimits.WriteBytes), contiguous);
            var (count, failure) = await ReadAsync(buffer.Memory.Slice(filled, want));
            filled += count;
            if (failure is not null)
            {
                _answer!.Dispose();
                _answer = null;
                if (!await MayReopenAsync(failure))
                    return Undo(filled, failure);
            }
            ended = failure is null && count == 0;
            if (ended || filled == buffer.Length || filled - written >= FetchLimits.WriteBytes)
                written += Write(offset + written, buffer.Span[written..filled]);
        }
        return (filled, null);
    }

    /// <summary>Writes what came while the processor's cache still holds it; a refusal is reported.</summary>
    int Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (ground.File.Write(offset, bytes) is { } failure)                              // :: Step 6
        {
            _isRefused = true;
            ground.Post(new TransferEvent.DiskFailed(failure));
        }
        return bytes.Length;
    }

    /// <summary>Makes the answer stand at a remote position: it does already, or some of it is skipped, or another is asked for.</summary>
    ValueTask<SourceFailure?> StandAtAsync(long local, long remote, long contiguous)
    {
        if (_answer is { } open && open.Position == remote)
            return default;
        return _answer is { IsPartial: false } whole && whole.Position < remote ? SkipAsync(remote) : OpenAsync(local, remote, contiguous);
    }

    /// <summary>Opens an answer that stands at a remote position: a range, or the whole from its start where the server has no ranges.</summary>
    async ValueTask<SourceFailure?> OpenAsync(long local, long remote, long contiguous)
    {
        _answer?.Dispose();
        _answer = null;
        if (!ground.MayResume)
            return new SourceFailure(SourceFault.NotResumable, new Failure(BG_E_REMOTE_FILE_CHANGED, "The connection broke, and without an ETag or a date it cannot be told whether the file is still the same: it is fetched from the start"));

        var leaseEnd = Math.Min((long)lease.End * ground.Layout.PieceSize, ground.Layout.Length);
        var end = remote + Math.Min(contiguous, leaseEnd - local);
        var started = ground.Time.GetTimestamp();
        var (answer, failure) = ground.RangesWork
            ? await ground.Source.AskAsync(remote, end, ground.Known, lease.Stop.Token)
            : await ground.Source.AskAsync(null, null, ground.Known, lease.Stop.Token);
        lease.Waited += ground.Time.GetTimestamp() - started;
        if (answer is null)
            return failure;

        ground.CountAnswer();
        ground.Adopt(answer.Validator);
        _answer = answer;
        _bytesAtConnect = lease.Bytes;
        if (!answer.IsPartial && !ground.AcceptWhole(answer))
            return new SourceFailure(SourceFault.RangesRefused, new Failure(DO_E_INSUFFICIENT_RANGE_SUPPORT, "The server does not serve ranges, which this file needs"));
        return await SkipAsync(remote);
    }

    /// <summary>Reads and drops what lies before the wanted byte of a whole answer.</summary>
    async ValueTask<SourceFailure?> SkipAsync(long remote)
    {
        if (_answer!.Position >= remote)
            return null;
        var scratch = await ground.Buffers.RentAsync(64 << 10);
        SourceFailure? failure = null;
        while (failure is null && _answer.Position < remote)
        {
            (var count, failure) = await _answer.ReadAsync(scratch.Memory[..(int)Math.Min(scratch.Length, remote - _answer.Position)], lease.Stop.Token);
            lease.LastByteAt = ground.Time.GetTimestamp();
            if (count == 0 && failure is null)
                failure = HttpFaults.EndedEarly(_answer.From, _answer.Position, remote);
        }
        scratch.Release();
        return failure;
    }

    async ValueTask<(int Count, SourceFailure? Failure)> ReadAsync(Memory<byte> into)
    {
        if (ground.Limit is { } limit && into.Length > limit.ReadBytesMax)
            into = into[..limit.ReadBytesMax];
        // Only where nothing had come yet: to decrypt and copy what has come is work of this machine, which more connections make no less.
        var reading = _answer!.ReadAsync(into, lease.Stop.Token);
        var started = reading.IsCompleted ? 0 : ground.Time.GetTimestamp();
        var (count, failure) = await reading;
        var now = ground.Time.GetTimestamp();
        if (started != 0)
            lease.Waited += now - started;
        if (count > 0)
        {
            lease.LastByteAt = now;
            lease.Bytes += count;
            ground.Count(count);
            ground.Tally?.CountFetched(count);
            if (ground.Limit?.Book(count) is { } pause && pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, ground.Time);
                lease.LastByteAt = ground.Time.GetTimestamp();
            }
        }
        return (count, failure);
    }

    /// <summary>A connection that brought bytes may be followed by another at once; ones that bring little are spaced out.</summary>
    async ValueTask<bool> MayReopenAsync(SourceFailure failure)
    {
        var brought = lease.Bytes - _bytesAtConnect;
        if (failure.Fault != SourceFault.Transient || brought == 0 || lease.Stop.IsCancellationRequested)
            return false;
        _thinConnections = brought < FetchLimits.ThinConnectionBytes ? _thinConnections + 1 : 0;
        if (_thinConnections > 0)
            await Task.Delay(FetchLimits.ThinConnectionPause * Math.Min(_thinConnections, 20), ground.Time);
        return !lease.Stop.IsCancellationRequested;
    }

    (int, SourceFailure) Undo(int filled, SourceFailure why)
    {
        ground.Count(-filled);
        return (0, why);
    }
}

/// <summary>The numbers of fetching.</summary>
static class FetchLimits
{
    /// <summary>Read and written at a time: small enough that the bytes are still in the processor's cache when they are written (a
    /// second-level cache has 512 KiB and more), large enough that calls cost nothing. Of 64, 128, 256 KiB and 1 MiB the fastest two.</summary>
    public const int WriteBytes = 256 << 10;

    /// <summary>A connection that brings fewer bytes than this before it breaks is a thin one.</summary>
    public const long ThinConnectionBytes = 64 << 10;

    /// <summary>Wait after a thin connection, times how many there were in a row (20 at most).</summary>
    public static readonly TimeSpan ThinConnectionPause = TimeSpan.FromMilliseconds(50);
}
