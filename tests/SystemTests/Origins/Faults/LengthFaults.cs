namespace Haul.SystemTests.Origins.Faults;

/// <summary>Origins that send more or less than they say, or do not say how much.</summary>
static class LengthFaults
{
    /// <summary>Keeps the last bytes of every body back and closes; the headers are right.</summary>
    public static OriginFile CutsBodies(this OriginFile file, long missing) => file.Spoils((_, answer) =>
    {
        answer.Body = answer.Body.Cut(answer.Body.Length - missing);
        answer.EndsConnection = true;
    });

    /// <summary>Sends bytes after the body that no header speaks of, and keeps the connection.</summary>
    public static OriginFile SendsTooMuch(this OriginFile file, int extra) =>
        file.Spoils((_, answer) => answer.Body = answer.Body.Then(Filler.Of(extra)));

    /// <summary>Says each time the next of these lengths of the whole, in Content-Length or Content-Range, round and round.</summary>
    public static OriginFile ClaimsTotals(this OriginFile file, params long[] totals)
    {
        var answers = 0;
        return file.Spoils((_, answer) =>
        {
            var total = totals[answers++ % totals.Length];
            if (answer.Range is { } part)
                answer.Headers.Set("Content-Range", (part with { Total = total }).ToString());
            else
                answer.Headers.Set("Content-Length", total);
        });
    }

    /// <summary>Sends this as Content-Length, be it a number or not.</summary>
    public static OriginFile ClaimsLength(this OriginFile file, string value) =>
        file.Spoils((_, answer) => answer.Headers.Set("Content-Length", value));

    /// <summary>Sends a second Content-Length that disagrees with the first.</summary>
    public static OriginFile ClaimsTwoLengths(this OriginFile file, long second) =>
        file.Spoils((_, answer) => answer.Headers.Add("Content-Length", Wire.Number(second)));

    /// <summary>Sends no Content-Length; the body ends where the connection does.</summary>
    public static OriginFile OmitsLength(this OriginFile file) => file.Spoils((_, answer) =>
    {
        answer.Headers.Remove("Content-Length");
        answer.EndsConnection = true;
    });

    /// <summary>Sends bodies in chunks, without Content-Length.</summary>
    public static OriginFile SendsChunks(this OriginFile file) => file.Spoils((_, answer) => Chunk(answer));

    /// <summary>Closes within the last chunk.</summary>
    public static OriginFile CutsLastChunk(this OriginFile file) => file.Spoils((_, answer) =>
    {
        Chunk(answer);
        answer.Delivery.BreaksAt = Math.Max(0, answer.Body.Length - 1);
    });

    /// <summary>Closes after the last byte, where the chunk of size 0 should be.</summary>
    public static OriginFile OmitsEndOfChunks(this OriginFile file) => file.Spoils((_, answer) =>
    {
        Chunk(answer);
        answer.Delivery.BreaksAt = answer.Body.Length;
    });

    /// <summary>Sends words instead of the size of the first chunk that begins at this offset or later.</summary>
    public static OriginFile SendsChunkGarbage(this OriginFile file, long at) => file.Spoils((_, answer) =>
    {
        Chunk(answer);
        answer.Delivery.ChunkGarbageAt = at;
    });

    static void Chunk(OriginAnswer answer)
    {
        answer.Headers.Remove("Content-Length");
        answer.Headers.Set("Transfer-Encoding", "chunked");
        answer.Delivery.IsChunked = true;
    }
}
