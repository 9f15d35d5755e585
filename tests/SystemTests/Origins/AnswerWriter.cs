using System.Buffers;
using System.Globalization;
using System.Text;

namespace Haul.SystemTests.Origins;

/// <summary>Sends answers over a connection, byte for byte as they were spoilt.</summary>
sealed class AnswerWriter(OriginConnection connection)
{
    const int StepBytes = 128 * 1024;

    /// <summary>The pauses of a slow connection in one second.</summary>
    const int DripsPerSecond = 20;

    /// <returns>Whether the connection can carry another answer.</returns>
    public async Task<bool> SendAsync(OriginRequest request, OriginAnswer answer, CancellationToken stopping)
    {
        var delivery = answer.Delivery;
        if (delivery.HoldsHead != TimeSpan.Zero && !await connection.WaitAsync(delivery.HoldsHead, stopping))
            return false;

        request.Status = answer.Status;
        await WriteAsync(answer.Raw ?? Wire.Bytes(HeadOf(answer)), stopping);
        if (answer.Raw is null && request.Method != "HEAD" && !await SendBodyAsync(request, answer, stopping))
            return false;
        if (!answer.EndsConnection && !request.WantsEndOfConnection && !OwesBytes(request, answer))
            return true;
        await connection.CloseAsync();
        return false;
    }

    async Task<bool> SendBodyAsync(OriginRequest request, OriginAnswer answer, CancellationToken stopping)
    {
        var delivery = answer.Delivery;
        var body = answer.Body;
        var chunks = delivery.IsChunked ? new ChunkedBody(connection.Stream, body.Length, delivery.ChunkGarbageAt) : null;
        using var rented = MemoryPool<byte>.Shared.Rent(StepBytes);

        for (long sent = 0; ;)
        {
            if (sent == delivery.StallsAt && !await connection.WaitAsync(delivery.StallsFor, stopping))
                return false;
            if (sent == delivery.BreaksAt)
            {
                await connection.BreakAsync(delivery.Break, stopping);
                return false;
            }
            if (sent == body.Length)
                break;

            var step = rented.Memory[..NextStep(delivery, sent, body.Length)];
            body.Read(sent, step.Span);
            await (chunks?.WriteAsync(step, stopping) ?? WriteAsync(step, stopping));
            sent += step.Length;
            request.CountSent(step.Length);
            connection.CountSent(step.Length);
            if (delivery.BytesPerSecond > 0 && !await PauseAsync(delivery, step.Length, stopping))
                return false;
        }
        if (chunks is not null)
            await chunks.FinishAsync(stopping);
        return true;
    }

    static int NextStep(Delivery delivery, long sent, long length)
    {
        var end = Math.Min(length, sent + StepBytes);
        if (delivery.StallsAt > sent)
            end = Math.Min(end, delivery.StallsAt.Value);
        if (delivery.BreaksAt > sent)
            end = Math.Min(end, delivery.BreaksAt.Value);
        if (delivery.BytesPerSecond > 0)
            end = Math.Min(end, sent + Math.Max(1, delivery.BytesPerSecond / DripsPerSecond));
        return (int)(end - sent);
    }

    Task<bool> PauseAsync(Delivery delivery, int bytes, CancellationToken stopping) =>
        connection.WaitAsync(TimeSpan.FromSeconds((double)bytes / delivery.BytesPerSecond), stopping);

    /// <summary>Whether the peer now waits for bytes that will not come, unless the connection ends.</summary>
    static bool OwesBytes(OriginRequest request, OriginAnswer answer)
    {
        if (request.Method == "HEAD" || answer.Delivery.IsChunked || answer.Status == 204)
            return false;
        return answer.Headers["Content-Length"] is not { } claim
            || !long.TryParse(claim, CultureInfo.InvariantCulture, out var length)
            || length < 0
            || length > answer.Body.Length;
    }

    static string HeadOf(OriginAnswer answer)
    {
        var head = new StringBuilder();
        foreach (var interim in answer.Delivery.Interims)
            head.Append(interim);
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} {Wire.Reason(answer.Status)}\r\n");
        foreach (var line in answer.Headers.Lines)
            head.Append(line).Append("\r\n");
        head.Append("\r\n");
        return head.Replace("\r\n", answer.Delivery.LineEnd).ToString();
    }

    async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stopping) =>
        await connection.Stream.WriteAsync(bytes, stopping);
}
