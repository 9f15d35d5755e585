using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Haul.Tracker.Addresses;

/// <summary>An IP address in 16 bytes; one of IPv4 as ::ffff:a.b.c.d.</summary>
readonly record struct HostAddress(ulong High, ulong Low)
{
    /// <summary>Bytes of an address.</summary>
    public const int Size = 16;

    /// <summary>The longest text: eight groups of four digits.</summary>
    public const int TextMax = 45;

    const ulong Mapped = 0xFFFF;
    const ulong PublicNetwork = 1UL << 32;
    const ulong PrivateNetwork = 2UL << 32;
    const uint LastByte = 0xFF;

    public static HostAddress Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            address.TryWriteBytes(bytes, out _);
            return Read(bytes);
        }
        address.TryWriteBytes(bytes, out _);
        return new HostAddress(0, Mapped << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes));
    }

    public static HostAddress Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], Low);
    }

    public bool IsV4 => High == 0 && Low >> 32 == Mapped;

    public bool IsLoopback => IsV4 ? V4 >> 24 == 127 : High == 0 && Low == 1;

    /// <summary>Means something within one network only: RFC 1918, RFC 6598 (between a provider and its customers), RFC 4193.</summary>
    public bool IsPrivate => IsV4
        ? V4 >> 24 == 10 || V4 >> 20 == 0xAC1 || V4 >> 16 == 0xC0A8 || V4 >> 22 == 0x191
        : High >> 57 == 0x7E;

    /// <summary>Means something to somebody else: neither loopback, nor link-local, unspecified, multicast or reserved. Of IPv6 what
    /// RFC 4291 calls global unicast, and private ones.</summary>
    public bool CanBeTold => IsV4
        ? V4 >> 24 is not (0 or 127 or >= 224) && V4 >> 16 != 0xA9FE
        : High >> 61 == 1 || IsPrivate;

    /// <summary>The /24 or /64 that it is in.</summary>
    public ulong Subnet => IsV4 ? PrivateNetwork | (V4 & ~LastByte) : High;

    /// <summary>Those who come from here are behind one door: a public IPv4 address stands for everyone behind it, a private one for
    /// its subnet, and an IPv6 address for its subnet too, as each host has addresses of its own.</summary>
    public ulong Network => !IsV4 || IsPrivate || IsLoopback ? Subnet : PublicNetwork | V4;

    /// <summary>The address as the framework has it.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return IsV4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    /// <summary>The usual text, in ASCII; the number of bytes.</summary>
    public int Format(Span<byte> text)
    {
        if (!IsV4)
        {
            ToIPAddress().TryFormat(text, out var written);
            return written;
        }
        var length = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            ((byte)(V4 >> shift)).TryFormat(text[length..], out var digits, provider: System.Globalization.CultureInfo.InvariantCulture);
            length += digits;
            if (shift > 0)
                text[length++] = (byte)'.';
        }
        return length;
    }

    public override string ToString() => ToIPAddress().ToString();

    uint V4 => (uint)Low;
}
