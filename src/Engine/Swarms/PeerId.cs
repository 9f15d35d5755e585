using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Haul.Engine.Swarms;

/// <summary>Which agent: the first half of the SHA-256 over its public key (SubjectPublicKeyInfo), so that it can be proved and not chosen.</summary>
readonly record struct PeerId(UInt128 Value) : IComparable<PeerId>
{
    /// <summary>Bytes of an id.</summary>
    public const int Size = 16;

    /// <summary>The agent that has a key.</summary>
    /// <param name="subjectPublicKeyInfo">The public key, DER.</param>
    public static PeerId Of(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(subjectPublicKeyInfo, hash);
        return Read(hash);
    }

    public static PeerId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);

    public int CompareTo(PeerId other) => Value.CompareTo(other.Value);

    /// <summary>32 digits, in lower case.</summary>
    public override string ToString() => Value.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
