using System.Buffers.Binary;
using System.Text;

namespace Haul.Engine.Discovery;

/// <summary>Writes messages of multicast DNS, names that come again as pointers. Pure.</summary>
sealed class DnsWriter
{
    // A pointer has 14 bits.
    const int PointerMax = 0x3FFF;

    readonly List<byte> _bytes = [];
    readonly Dictionary<DnsName, int> _names = [];
    readonly bool _compresses;

    DnsWriter(bool compresses) => _compresses = compresses;

    /// <summary>The message's bytes; a message of more than <see cref="DnsMessage.SizeMax"/> is a bug of who made it.</summary>
    public static byte[] Write(DnsMessage message)
    {
        var writer = new DnsWriter(compresses: true);
        writer.Put16(message.Id);
        // An answer in multicast DNS always speaks with authority (RFC 6762, section 18.4).
        writer.Put16((ushort)((message.IsAnswer ? 0x8400 : 0) | (message.IsTruncated ? 0x0200 : 0)));
        writer.Put16((ushort)message.Questions.Count);
        writer.Put16((ushort)message.Answers.Count);
        writer.Put16((ushort)message.Authorities.Count);
        writer.Put16((ushort)message.Additionals.Count);
        foreach (var question in message.Questions)
            writer.Put(question);
        foreach (var record in message.Answers.Concat(message.Authorities).Concat(message.Additionals))
            writer.Put(record);
        if (writer._bytes.Count > DnsMessage.SizeMax)
            throw new ArgumentException($"a message has at most {DnsMessage.SizeMax} bytes", nameof(message));
        return [.. writer._bytes];
    }

    /// <summary>What a record says of its name, in the form by which probes are compared (RFC 6762, section 8.2).</summary>
    public static byte[] DataOf(DnsRecord record)
    {
        var writer = new DnsWriter(compresses: false);
        writer.PutData(record);
        return [.. writer._bytes];
    }

    void Put(DnsQuestion question)
    {
        Put(question.Name);
        Put16((ushort)question.Type);
        Put16((ushort)(question.WantsUnicast ? 0x8001 : 1));
    }

    void Put(DnsRecord record)
    {
        Put(record.Name);
        Put16((ushort)record.Type);
        Put16((ushort)(record.IsWhole ? 0x8001 : 1));
        Put16((ushort)(record.TtlSeconds >> 16));
        Put16((ushort)record.TtlSeconds);
        var length = _bytes.Count;
        Put16(0);
        PutData(record);
        Span<byte> size = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)(_bytes.Count - length - 2));
        (_bytes[length], _bytes[length + 1]) = (size[0], size[1]);
    }

    void PutData(DnsRecord record)
    {
        switch (record)
        {
            case AddressRecord address:
                _bytes.AddRange(address.Address.GetAddressBytes());
                break;
            case PointerRecord pointer:
                Put(pointer.Target);
                break;
            case ServiceRecord service:
                Put16(service.Priority);
                Put16(service.Weight);
                Put16(service.Port);
                Put(service.Host);
                break;
            case TextRecord text:
                _bytes.AddRange(Encoding.Latin1.GetBytes(text.Wire));
                break;
        }
    }

    void Put(DnsName name)
    {
        for (; !name.IsRoot; name = name.Parent)
        {
            if (_compresses && _names.TryGetValue(name, out var at))
            {
                Put16((ushort)(0xC000 | at));
                return;
            }
            if (_bytes.Count <= PointerMax)
                _names.TryAdd(name, _bytes.Count);
            var label = name.Labels[0];
            _bytes.Add((byte)label.Length);
            _bytes.AddRange(Encoding.Latin1.GetBytes(label));
        }
        _bytes.Add(0);
    }

    void Put16(ushort number)
    {
        _bytes.Add((byte)(number >> 8));
        _bytes.Add((byte)number);
    }
}
