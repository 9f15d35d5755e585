using System.Buffers.Binary;

namespace Haul.UnitTests.Fuzz;

/// <summary>Makes bytes out of others that are nearly right. The same chance makes the same bytes.</summary>
sealed class Mutator(Random random, IReadOnlyList<byte[]> corpus)
{
    const int LengthMax = 128 << 10;

    static readonly uint[] _numbers = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x3ff_ffff, 0x100_0000, 0x7fff_ffff, 0x8000_0000, uint.MaxValue];

    static readonly byte[] _signs = "\"\\{}[]:,.-+eE0123456789<>&;/ntf\0"u8.ToArray();

    public byte[] Next()
    {
        var bytes = corpus[random.Next(corpus.Count)].ToList();
        for (var changes = 1 << random.Next(5); changes > 0; changes--)
            Change(bytes);
        return bytes.Count > LengthMax ? [.. bytes[..LengthMax]] : [.. bytes];
    }

    void Change(List<byte> bytes)
    {
        var at = random.Next(bytes.Count + 1);
        var count = Math.Min(1 << random.Next(10), bytes.Count - at);
        switch (random.Next(9))
        {
            case 0 when count > 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1 when count > 0: bytes[at] = _signs[random.Next(_signs.Length)]; break;
            case 2: Put(bytes, at, Number()); break;
            case 3: bytes.RemoveRange(at, count); break;
            case 4: bytes.InsertRange(at, bytes.GetRange(at, count)); break;
            case 5: bytes.RemoveRange(at, bytes.Count - at); break;
            case 6: bytes.InsertRange(at, Some()); break;
            case 7: Put(bytes, at, Some()); break;
            default: bytes.InsertRange(at, Enumerable.Repeat(_signs[random.Next(_signs.Length)], 1 << random.Next(14))); break;
        }
    }

    /// <summary>A number that is at an edge, in one, two, four or eight bytes.</summary>
    byte[] Number()
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _numbers[random.Next(_numbers.Length)]);
        return random.Next(5) switch
        {
            0 => bytes[7..],
            1 => bytes[6..],
            2 or 3 => bytes[4..],
            _ => bytes,
        };
    }

    /// <summary>A part of something else.</summary>
    byte[] Some()
    {
        var other = corpus[random.Next(corpus.Count)];
        var from = random.Next(other.Length + 1);
        return other[from..Math.Min(other.Length, from + (1 << random.Next(10)))];
    }

    static void Put(List<byte> bytes, int at, byte[] what)
    {
        for (var i = 0; i < what.Length && at + i < bytes.Count; i++)
            bytes[at + i] = what[i];
    }
}
