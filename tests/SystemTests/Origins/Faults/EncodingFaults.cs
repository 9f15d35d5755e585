using System.IO.Compression;

namespace Haul.SystemTests.Origins.Faults;

/// <summary>Origins that compress what nobody asked them to compress.</summary>
static class EncodingFaults
{
    /// <summary>Serves every body as gzip, deflate or br, whatever Accept-Encoding says; a part is a part of the plain bytes.</summary>
    public static OriginFile Compresses(this OriginFile file, string encoding) => file.Spoils((_, answer) =>
    {
        answer.Body = AnswerBody.Of(Compress(answer.Body.ToArray(), encoding));
        answer.Headers.Set("Content-Length", answer.Body.Length);
        answer.Headers.Set("Content-Encoding", encoding);
    });

    /// <summary>Says that plain bytes are compressed.</summary>
    public static OriginFile ClaimsEncoding(this OriginFile file, string encoding) =>
        file.Spoils((_, answer) => answer.Headers.Set("Content-Encoding", encoding));

    static byte[] Compress(byte[] plain, string encoding)
    {
        using var packed = new MemoryStream();
        using (var packing = Packer(packed, encoding))
        {
            packing.Write(plain);
        }
        return packed.ToArray();
    }

    // "deflate" is the zlib format (RFC 9110, section 8.4.1.2).
    static Stream Packer(Stream packed, string encoding) => encoding switch
    {
        "gzip" => new GZipStream(packed, CompressionLevel.Fastest),
        "deflate" => new ZLibStream(packed, CompressionLevel.Fastest),
        "br" => new BrotliStream(packed, CompressionLevel.Fastest),
        _ => throw new ArgumentException("Unknown encoding.", nameof(encoding)),
    };
}
