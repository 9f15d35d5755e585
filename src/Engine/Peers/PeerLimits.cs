using Haul.Engine.Pieces;

namespace Haul.Engine.Peers;

/// <summary>The numbers of Haul/1, each as docs/peer-protocol.md gives it.</summary>
static class PeerLimits
{
    /// <summary>The versions of the protocol that this program speaks.</summary>
    public const ushort VersionMin = 1;

    /// <inheritdoc cref="VersionMin"/>
    public const ushort VersionMax = 1;

    /// <summary>Bytes of what comes after a frame's head, without a payload: the largest message, ATTEST or BITMAP, has half of it.</summary>
    public const int BodyBytesMax = 64 << 10;

    /// <summary>Bytes of content in one frame at most; on slow ways they are shorter (<see cref="FrameLength"/>).</summary>
    public const int PayloadBytesMax = 256 << 10;

    /// <summary>Bytes of content in one frame at least, but in the last one of a request: whoever sends a piece in crumbs costs more than it brings.</summary>
    public const int PayloadBytesMin = 16 << 10;

    /// <summary>Bytes of one request: a piece of the standard size.</summary>
    public const int RequestBytesMax = PieceLayout.StandardPieceSize;

    /// <summary>Pieces of a content: 16 TiB in pieces of the standard size, and bitmaps of 2 MiB.</summary>
    public const int PiecesMax = 1 << 24;

    /// <summary>Pieces in one bitmap frame: 32 KiB of bits.</summary>
    public const int BitmapPiecesMax = 262_144;

    /// <summary>Pieces in one word of what is here.</summary>
    public const int HavePiecesMax = 1024;

    /// <summary>Pieces under one signature.</summary>
    public const int AttestedPiecesMax = 512;

    /// <summary>Addresses in one message.</summary>
    public const int EndpointsMax = 64;

    /// <summary>Bytes of a public key; one of P-256 has 91.</summary>
    public const int PublicKeyBytesMax = 128;

    /// <summary>Bytes of the text of a farewell.</summary>
    public const int TextBytesMax = 256;

    /// <summary>Bytes of a nonce of the handshake.</summary>
    public const int NonceBytes = 32;

    /// <summary>Bytes of a MAC of the handshake and of a membership tag: HMAC-SHA256.</summary>
    public const int MacBytes = 32;

    /// <summary>Bytes of a signature: ECDSA over P-256, r and s one behind the other (IEEE P1363).</summary>
    public const int SignatureBytes = 64;

    /// <summary>How long a claim is good for without being renewed: long enough for a slice over a slow line, short enough not to hold others up.</summary>
    public const int LeaseMillisecondsMax = 600_000;

    /// <summary>The longest time that a busy peer sends others away for.</summary>
    public const int RetryMillisecondsMax = 600_000;
}
