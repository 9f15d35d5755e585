using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Haul.Engine.Discovery;

/// <summary>Reads messages of multicast DNS, whoever sent them. Pure.</summary>
/// <remarks>Nothing in a message makes it throw, loop, or take more than a small multiple of the message's bytes.</remarks>
ref struct DnsReader
{
    const int HeadSize = 12;
    const ushort AnswerBit = 0x8000;
    const ushort TruncatedBit = 0x0200;

    // Operation and result: what has another than zero is not for us (RFC 6762, sections 18.3 and 18.11).
    const ushort NoneOfOurs = 0x780F;

    const ushort TopBit = 0x8000;
    const ushort InternetClass = 1;
    const ushort AnyClass = 255;

    /// <summary>Pointers followed in one name: who writes names has no need of more than one, and each costs.</summary>
    const int PointersMax = 16;

    readonly ReadOnlySpan<byte> _all;
    int _at;
    bool _isBroken;

    DnsReader(ReadOnlySpan<byte> all) => _all = all;

    /// <summary>The message, or null when it is none that we could make use of.</summary>
    public static DnsMessage? Read(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length is < HeadSize or > DnsMessage.SizeMax)
            return null;
        var reader = new DnsReader(datagram);
        var (id, flags) = (reader.Take16(), reader.Take16());
        var (questions, answers, authorities, additionals) = (reader.Take16(), reader.Take16(), reader.Take16(), reader.Take16());
        if ((flags & NoneOfOurs) != 0 || questions + answers + authorities + additionals > DnsMessage.EntriesMax)
            return null;
        var message = new DnsMessage(
            id, (flags & AnswerBit) != 0, (flags & TruncatedBit) != 0, reader.TakeQuestions(questions), reader.TakeRecords(answers), reader.TakeRecords(authorities), reader.TakeRecords(additionals));
        return reader._isBroken ? null : message;
    }

    List<DnsQuestion> TakeQuestions(int count)
    {
        var questions = new List<DnsQuestion>();
        for (var i = 0; i < count && !_isBroken; i++)
        {
            var name = TakeName();
            var (type, kind) = (Take16(), Take16());
            if ((kind & ~TopBit) is InternetClass or AnyClass)
                questions.Add(new DnsQuestion(name, (DnsType)type, (kind & TopBit) != 0));
        }
        return questions;
    }

    List<DnsRecord> TakeRecords(int count)
    {
        var records = new List<DnsRecord>();
        for (var i = 0; i < count && !_isBroken; i++)
        {
            if (TakeRecord() is { } record)
                records.Add(record);
        }
        return records;
    }

    // Null for what is of another type or class, and for what is broken.
    DnsRecord? TakeRecord()
    {
        var name = TakeName();
        var (type, kind, ttl, length) = ((DnsType)Take16(), Take16(), Take32(), Take16());
        if (_isBroken || _all.Length - _at < length)
        {
            _isBroken = true;
            return null;
        }
        var end = _at + length;
        // A time of more than 2^31 seconds is none (RFC 2181, section 8).
        var record = (kind & ~TopBit) == InternetClass ? TakeData(name, type, ttl > int.MaxValue ? 0 : ttl, (kind & TopBit) != 0, end) : null;
        _isBroken |= record is not null && _at != end;
        _at = end;
        return _isBroken ? null : record;
    }

    DnsRecord? TakeData(DnsName name, DnsType type, uint ttl, bool isWhole, int end)
    {
        switch (type)
        {
            case DnsType.A when Expect(end - _at == 4):
            case DnsType.Aaaa when Expect(end - _at == 16):
                return new AddressRecord(name, ttl, isWhole, new IPAddress(Take(end - _at)));
            case DnsType.Ptr:
                return new PointerRecord(name, ttl, isWhole, TakeName());
            case DnsType.Srv:
                var (priority, weight, port) = (Take16(), Take16(), Take16());
                return new ServiceRecord(name, ttl, isWhole, TakeName(), port) { Priority = priority, Weight = weight };
            case DnsType.Txt when Expect(TextRecord.AreTexts(_all[_at..end])):
                var texts = Take(end - _at);
                return new TextRecord(name, ttl, isWhole, texts.Length == 0 ? "\0" : Encoding.Latin1.GetString(texts));
            default:
                return null;
        }
    }

    bool Expect(bool isSo)
    {
        _isBroken |= !isSo;
        return isSo;
    }

    // A pointer leads to before the name that it stands in, and the next to before that: so they end.
    DnsName TakeName()
    {
        var labels = new List<string>();
        var (at, pointers, size, before) = (_at, 0, 1, _at);
        while (at < _all.Length && _all[at] != 0)
        {
            var length = _all[at];
            if (length >= 0xC0 && at + 1 < _all.Length && pointers < PointersMax)
            {
                var target = (length & 0x3F) << 8 | _all[at + 1];
                if (pointers++ == 0)
                    _at = at + 2;
                if (target >= before)
                    return Broken();
                at = before = target;
                continue;
            }
            size += 1 + length;
            if (length > DnsName.LabelMax || at + 1 + length > _all.Length || size > DnsName.SizeMax)
                return Broken();
            labels.Add(Encoding.Latin1.GetString(_all.Slice(at + 1, length)));
            at += 1 + length;
        }
        if (at >= _all.Length)
            return Broken();
        if (pointers == 0)
            _at = at + 1;
        return DnsName.Of([.. labels]);
    }

    DnsName Broken()
    {
        _isBroken = true;
        return DnsName.Of();
    }

    ReadOnlySpan<byte> Take(int count)
    {
        if (_all.Length - _at < count)
        {
            _isBroken = true;
            return new byte[count];
        }
        _at += count;
        return _all.Slice(_at - count, count);
    }

    ushort Take16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    uint Take32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));
}
