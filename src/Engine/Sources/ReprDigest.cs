using Haul.Engine.Pieces;

namespace Haul.Engine.Sources;

/// <summary>The SHA-256 that a server names of the whole file: Repr-Digest (RFC 9530), or the older Digest (RFC 3230). Pure.</summary>
/// <remarks>Both are about the whole file, whatever part of it an answer holds. Other algorithms, and what cannot be read, say nothing.</remarks>
static class ReprDigest
{
    /// <summary>Characters of a header that are looked at: those of a dozen digests.</summary>
    const int TextMax = 2048;

    /// <summary>The digest, or null where none is named, or two that differ.</summary>
    public static PieceHash? Of(HttpResponseMessage response)
    {
        var found = Named(response, "Repr-Digest", "sha-256=:", ":").Concat(Named(response, "Digest", "SHA-256=", "")).Distinct().ToArray();
        return found.Length == 1 ? found[0] : null;
    }

    static IEnumerable<PieceHash> Named(HttpResponseMessage response, string header, string head, string tail)
    {
        if (!response.Headers.NonValidated.TryGetValues(header, out var values) && !response.Content.Headers.NonValidated.TryGetValues(header, out values))
            yield break;
        foreach (var member in string.Join(',', values) is { Length: <= TextMax } text ? text.Split(',', StringSplitOptions.TrimEntries) : [])
        {
            if (member.StartsWith(head, StringComparison.OrdinalIgnoreCase) && member.EndsWith(tail, StringComparison.Ordinal) && member.Length >= head.Length + tail.Length
                && Read(member[head.Length..(member.Length - tail.Length)]) is { } hash)
            {
                yield return hash;
            }
        }
    }

    static PieceHash? Read(string base64)
    {
        Span<byte> bytes = stackalloc byte[PieceHash.Size];
        return Convert.TryFromBase64String(base64, bytes, out var count) && count == PieceHash.Size ? PieceHash.Read(bytes) : null;
    }
}
