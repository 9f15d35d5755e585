using System.Buffers.Binary;

namespace Haul.Engine.Peers;

/// <summary>Puts the fields of a message one behind the other, big endian.</summary>
ref struct WireWriter(Span<byte> frame)
{
    readonly Span<byte> _frame = frame;

    /// <summary>Bytes that are written.</summary>
    public int Count { get; private set; }

    public void U8(byte value) => Next(1)[0] = value;

    public void U16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Next(sizeof(ushort)), value);

    public void U32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Next(sizeof(uint)), value);

    /// <summary>A number that is not negative.</summary>
    public void U32(int value) => U32(checked((uint)value));

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Next(sizeof(ulong)), value);

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Next(bytes.Length));

    /// <summary>At most 255 bytes, behind their number.</summary>
    public void ShortBytes(ReadOnlySpan<byte> bytes)
    {
        U8(checked((byte)bytes.Length));
        Bytes(bytes);
    }

    /// <summary>The next bytes, for someone else to fill.</summary>
    public Span<byte> Next(int count)
    {
        var next = _frame.Slice(Count, count);
        Count += count;
        return next;
    }
}
