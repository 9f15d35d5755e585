namespace Haul.SystemTests.Origins.Faults;

/// <summary>Origins whose connections break, stall or crawl.</summary>
static class ConnectionFaults
{
    /// <summary>Breaks the first connections, or all, once each has carried this many bytes of bodies.</summary>
    public static OriginFile DropsAfter(
        this OriginFile file, long bytes, int connections = int.MaxValue, Break how = Break.Close) =>
        file.Spoils((request, answer) =>
        {
            var left = Math.Max(0, bytes - request.Connection.BodyBytesSent);
            if (!HasByteAt(request, answer, left) || connections-- <= 0)
                return;
            answer.Delivery.BreaksAt = left;
            answer.Delivery.Break = how;
        });

    /// <summary>Resets instead of closing.</summary>
    public static OriginFile ResetsAfter(this OriginFile file, long bytes, int connections = int.MaxValue) =>
        file.DropsAfter(bytes, connections, Break.Reset);

    /// <summary>Closes TCP within a TLS record.</summary>
    public static OriginFile CutsRecordAfter(this OriginFile file, long bytes, int connections = int.MaxValue) =>
        file.DropsAfter(bytes, connections, Break.CutRecord);

    /// <summary>Stops sending at this offset of a body, for a time or until the peer leaves; so do the first answers, or all.</summary>
    public static OriginFile StallsAfter(
        this OriginFile file, long bytes, TimeSpan? time = null, int answers = int.MaxValue) =>
        file.Spoils((request, answer) =>
        {
            if (!HasByteAt(request, answer, bytes) || answers-- <= 0)
                return;
            answer.Delivery.StallsAt = bytes;
            answer.Delivery.StallsFor = time ?? Timeout.InfiniteTimeSpan;
        });

    /// <summary>Takes its time, or for ever, before the first byte of the head.</summary>
    public static OriginFile HoldsHead(this OriginFile file, TimeSpan? time = null, int answers = int.MaxValue) =>
        file.Spoils((_, answer) =>
        {
            if (answers-- > 0)
                answer.Delivery.HoldsHead = time ?? Timeout.InfiniteTimeSpan;
        });

    /// <summary>Sends no more than this many bytes in a second on one connection.</summary>
    public static OriginFile Drips(this OriginFile file, long bytesPerSecond) =>
        file.Spoils((_, answer) => answer.Delivery.BytesPerSecond = bytesPerSecond);

    /// <summary>Refuses every request on a connection that is one too many, and ends that connection.</summary>
    /// <remarks>The oldest connections are served; see the origin's ConnectionsMax for the most there ever were.</remarks>
    public static OriginFile AllowsConnections(
        this OriginFile file, FaultyOrigin origin, int connections, int status = 503, string? retryAfter = null) =>
        file.Answers(request =>
        {
            if (origin.RankOf(request.Connection.Number) <= connections)
                return null;
            var refusal = OriginAnswer.Of(status);
            refusal.EndsConnection = true;
            if (retryAfter is not null)
                refusal.Headers.Add("Retry-After", retryAfter);
            return refusal;
        });

    static bool HasByteAt(OriginRequest request, OriginAnswer answer, long offset) =>
        request.Method == "GET" && offset < answer.Body.Length;
}
