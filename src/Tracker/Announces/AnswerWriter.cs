using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using Haul.Tracker.Addresses;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Announces;

/// <summary>Writes the JSON of an answer.</summary>
/// <remarks>By hand, as it is read: there is nothing in it but names, digits and addresses, so nothing is to be escaped.</remarks>
readonly ref struct AnswerWriter(IBufferWriter<byte> body)
{
    // The longest piece that is written at once is an address.
    const int PieceMax = 64;

    readonly IBufferWriter<byte> _body = body;

    public void Write(Announce announce, AnnounceAnswer answer, int intervalSeconds)
    {
        Text("{\"interval\":"u8);
        Number(intervalSeconds);
        Text(",\"swarms\":["u8);
        for (var i = 0; i < answer.Swarms.Length; i++)
        {
            if (i > 0)
                Text(","u8);
            Swarm(announce, answer, i);
        }
        Text("]}"u8);
    }

    void Swarm(Announce announce, AnnounceAnswer answer, int index)
    {
        ref readonly var asked = ref announce.Swarms[index];
        ref readonly var swarm = ref answer.Swarms[index];
        Span<byte> id = stackalloc byte[SwarmHash.Size];
        asked.Id.Write(id);
        Text("{\"id\":\""u8);
        Hex(id);
        Text("\",\"complete\":"u8);
        Number(swarm.Complete);
        Text(",\"incomplete\":"u8);
        Number(swarm.Incomplete);
        Text(",\"peers\":["u8);
        var asker = announce.RecordIn(asked);
        var isFirst = true;
        foreach (ref readonly var peer in answer.PeersOf(swarm))
        {
            Text(isFirst ? "{\"peer\":\""u8 : ",{\"peer\":\""u8);
            Peer(asker, peer);
            isFirst = false;
        }
        Text("]}"u8);
    }

    void Peer(in PeerRecord asker, in PeerRecord peer)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(id, peer.Id);
        Hex(id);
        Text("\",\"addresses\":["u8);
        Span<HostAddress> addresses = stackalloc HostAddress[Introductions.AddressesMax];
        var count = Introductions.Tell(asker, peer, addresses);
        for (var i = 0; i < count; i++)
        {
            Text(i == 0 ? "\""u8 : ",\""u8);
            _body.Advance(addresses[i].Format(_body.GetSpan(PieceMax)));
            Text("\""u8);
        }
        Text("],\"port\":"u8);
        Number(peer.Port);
        Text("}"u8);
    }

    void Text(ReadOnlySpan<byte> text) => _body.Write(text);

    void Number(int number)
    {
        Utf8Formatter.TryFormat(number, _body.GetSpan(PieceMax), out var written);
        _body.Advance(written);
    }

    void Hex(ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, _body.GetSpan(PieceMax), out var written);
        _body.Advance(written);
    }
}
