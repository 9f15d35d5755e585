using System.Buffers.Binary;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Peers;

/// <summary>Takes a message apart, field by field, and remembers the first field that breaks a rule.</summary>
/// <remarks>After that every field reads as its lowest value or as nothing, so that who reads need not ask each time.</remarks>
ref struct WireReader(PeerMessageKind kind, ReadOnlySpan<byte> body)
{
    ReadOnlySpan<byte> _rest = body;

    /// <summary>The first rule that was broken, or null.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Bytes that are not read yet.</summary>
    public readonly int Left => _rest.Length;

    public byte U8(string field) => Next(field, 1) is { Length: 1 } bytes ? bytes[0] : (byte)0;

    public ushort U16(string field) => Next(field, sizeof(ushort)) is { Length: > 0 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    public uint U32(string field) => Next(field, sizeof(uint)) is { Length: > 0 } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    public ulong U64(string field) => Next(field, sizeof(ulong)) is { Length: > 0 } bytes ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;

    /// <summary>A number of 16 bits within limits.</summary>
    public int U16(string field, int min, int max) => (int)Within(field, U16(field), min, max);

    /// <summary>A number of 32 bits within limits.</summary>
    public int U32(string field, int min, int max) => (int)Within(field, U32(field), min, max);

    /// <summary>A number of 64 bits within limits.</summary>
    public long U64(string field, long min, long max) => Within(field, U64(field) is var value && value <= long.MaxValue ? (long)value : -1, min, max);

    /// <summary>So many bytes, as they are; nothing where there are fewer.</summary>
    public ReadOnlySpan<byte> Next(string field, int count)
    {
        if (Failure is not null)
            return default;
        if (count > _rest.Length)
        {
            Refuse($"it ends in {field}", TooShort);
            return default;
        }
        var next = _rest[..count];
        _rest = _rest[count..];
        return next;
    }

    /// <summary>So many bytes, to keep.</summary>
    public byte[] Bytes(string field, int count) => Next(field, count).ToArray();

    /// <summary>Bytes behind their number, which is one byte.</summary>
    public byte[] ShortBytes(string field, int min, int max)
    {
        var count = (int)Within($"the length of {field}", U8(field), min, max);
        return Bytes(field, count);
    }

    /// <summary>Notes that a rule is broken, unless one was before.</summary>
    public void Refuse(string why, HResult? code = null) =>
        Failure ??= new Failure(code ?? DO_E_INVALID_PEER_MSG, $"The peer's {kind.ToString().ToUpperInvariant()} breaks the protocol: {why}");

    /// <summary>What came of it: the message, unless a field broke a rule or bytes are left.</summary>
    public Outcome<PeerMessage> Finish(PeerMessage message)
    {
        if (_rest.Length > 0)
            Refuse($"{_rest.Length} bytes stand behind its end", kind is PeerMessageKind.Hello or PeerMessageKind.Proof ? DO_E_INVALID_HANDSHAKE_LEN : DO_E_PEER_MSG_TOO_LONG);
        return Failure is { } failure ? failure : message;
    }

    readonly HResult TooShort => kind is PeerMessageKind.Hello or PeerMessageKind.Proof ? DO_E_INVALID_HANDSHAKE_LEN : DO_E_INVALID_PEER_MSG;

    long Within(string field, long value, long min, long max)
    {
        if (value >= min && value <= max)
            return value;
        Refuse($"{field} is {value}, and must be from {min} to {max}");
        return min;
    }
}
