using System.Security.Cryptography;
using Haul.Engine.Pieces;
using Haul.Protocol.Api;

namespace Haul.SystemTests.Origins.Faults;

/// <summary>Origins that have piece hashes of their files, and send other bytes.</summary>
static class IntegrityFaults
{
    /// <summary>Turns a byte of the content over in the first answers that hold it.</summary>
    public static OriginFile SendsFalseByte(this OriginFile file, long at, int times) => file.Spoils((_, answer) =>
    {
        var first = answer.Range?.First ?? 0;
        if (answer.Content is null || at < first || at >= first + answer.Body.Length || times-- <= 0)
            return;
        var right = answer.Body;
        answer.Body = new AnswerBody(right.Length, (offset, into) =>
        {
            right.Read(offset, into);
            var place = at - first - offset;
            if (place >= 0 && place < into.Length)
                into[(int)place] ^= 1;
        });
    });

    /// <summary>Puts the piece-hash file of a content at a path.</summary>
    /// <param name="origin">Where.</param>
    /// <param name="path">The path.</param>
    /// <param name="content">What it is about.</param>
    /// <param name="pieceSize">How it is cut.</param>
    /// <param name="breaks">Answers that end before their end.</param>
    /// <param name="asks">The value of Authorization that it answers 401 without, or null.</param>
    /// <returns>The check that names it, mandatory and with its digest.</returns>
    public static IntegrityCheck ServeHashes(this FaultyOrigin origin, string path, TestContent content, int pieceSize = PieceLayout.StandardPieceSize, int breaks = 0, string? asks = null)
    {
        var text = PieceHashFile.Write(Manifest.Of(content.Bytes(), pieceSize));
        origin.Serve(path).Answers(request =>
        {
            if (asks is not null && request["Authorization"] != asks)
                return OriginAnswer.Of(401);
            var isWhole = breaks-- <= 0;
            var answer = new OriginAnswer(200, AnswerBody.Of(isWhole ? text : text[..100])) { EndsConnection = !isWhole };
            answer.Headers.Add("Content-Length", Wire.Number(text.Length));
            return answer;
        });
        return new IntegrityCheck { PiecesHashFileUrl = origin.UrlOf(path).AbsoluteUri, PiecesHashFileDigest = Convert.ToHexString(SHA256.HashData(text)), IsMandatory = true };
    }
}
