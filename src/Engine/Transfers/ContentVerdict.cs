using Haul.Engine.Pieces;
using Haul.Engine.Sources;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Transfers;

/// <summary>Whether a content that is all here is the one that was wanted. Pure.</summary>
static class ContentVerdict
{
    /// <summary>Why it is not, or null.</summary>
    /// <param name="request">What was wanted.</param>
    /// <param name="digests">Of the whole: SHA-256, then what else was expected; null where the one piece is the whole.</param>
    /// <param name="sha256">Of the whole.</param>
    /// <param name="named">What the server says it is; null where it does not, or where a manifest knows better.</param>
    public static Failure? Of(TransferRequest request, byte[][]? digests, string? sha256, PieceHash? named)
    {
        var name = HttpFaults.Name(request.Origin.Uri);
        if (request.Expected is { } expected)
        {
            var actual = expected.Algorithm == "sha512" ? Convert.ToHexStringLower(digests![1]) : sha256;
            return actual == expected.Hex ? null : new Failure(BG_E_VALIDATION_FAILED,
                $"{name} has the {expected.Algorithm} {actual}, and {expected.Hex} was expected: the file is not placed");
        }
        return request.Ranges.Count > 0 || named is null || named.Value.ToString() == sha256 ? null : new Failure(BG_E_VALIDATION_FAILED,
            $"{name} has the sha256 {sha256}, and its server names {named}: the file is not placed. If it is right all the same, expect its digest");
    }
}
