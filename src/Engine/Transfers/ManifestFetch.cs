using Haul.Engine.Pieces;
using Haul.Engine.Sources;
using Haul.Protocol.Contract;

namespace Haul.Engine.Transfers;

/// <summary>Brings the manifest of a content, before the content: asks for its piece-hash file and holds that against what is known of it.</summary>
/// <remarks>It takes the place of the transfer's first connection, so that no host is met by one more. Runs beside the transfer's loop.</remarks>
sealed class ManifestFetch(HttpSource source, ManifestRequest wanted, long lengthBytes, TimeProvider time)
{
    /// <summary>Read at a time.</summary>
    const int ReadBytes = 16 << 10;

    /// <summary>The manifest, or why there is none: transient where another try may bring it.</summary>
    public async Task<(Manifest? Manifest, SourceFailure? Failure)> RunAsync(CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            var (manifest, failure) = await TryAsync(stop);
            if (failure is null || tries == TransferLimits.ManifestTriesMax || stop.IsCancellationRequested || failure.RetryAfter > TransferLimits.ManifestPause
                || failure.Fault is not (SourceFault.Transient or SourceFault.Busy))
            {
                return (manifest, failure);
            }
            await Task.Delay(TransferLimits.ManifestPause * tries, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    async Task<(Manifest?, SourceFailure?)> TryAsync(CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(TransferLimits.ManifestTimeMax, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        var (answer, refused) = await source.AskAsync(null, null, null, both.Token);
        if (answer is null)
            return (null, refused);
        using (answer)
        using (var reader = new PieceHashReader(wanted.Pin, lengthBytes, wanted.ContentName))
        {
            var failure = reader.RefuseLength(answer.TotalLength) is { } tooLong ? Fatal(tooLong) : await ReadAsync(answer, reader, both.Token);
            if (failure is not null)
                return (null, failure);
            var read = reader.Finish();
            return read.Succeeded ? (read.Value, null) : (null, Fatal(read.Failure));
        }
    }

    async Task<SourceFailure?> ReadAsync(HttpAnswer answer, PieceHashReader reader, CancellationToken stop)
    {
        var bytes = new byte[ReadBytes];
        while (answer.Position != answer.End)
        {
            var (count, failure) = await answer.ReadAsync(bytes, stop);
            if (failure is not null)
                return failure;
            if (count == 0)
                break;
            if (reader.Take(bytes.AsSpan(0, count)) is { } tooLong)
                return Fatal(tooLong);
        }
        return null;
    }

    SourceFailure Fatal(Failure why) => new(SourceFault.Fatal, why with { Text = $"{HttpFaults.Name(wanted.Origin.Uri)}: {why.Text}" });
}
