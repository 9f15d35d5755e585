using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.SimulationTests.Sites;

/// <summary>A machine of the group that says it has a whole content, vouches for it, and gives another to whoever asks.</summary>
static class SitePoison
{
    /// <summary>One more machine, which does that from now on.</summary>
    /// <param name="site">Where the words of members prove pieces.</param>
    /// <param name="share">So much of what it says is false.</param>
    public static void Add(Site site, double share)
    {
        var poison = site.Add(site.Group);
        poison.Know(site.Machines.Where(machine => machine != poison));
        poison.Lies = true;
        poison.Start();
        var content = new FalseContent(site, site.Stage.Die($"poison of {poison}"), share);
        var hub = poison.Life!.Engine.Peers!.Hub;
        var seat = new SwarmSeat(poison.Swarm, site.Content.Layout, new LentFile(content).Lend) { Group = site.Group, Blinded = epoch => site.Group!.BlindedOf(poison.Swarm, epoch) };
        seat.AddAll();
        seat.Attestations.Replace(Attestation.Make(0, seat.Swarm, [.. content.Hashes], poison.Identity, site.Group!));
        hub.Take(seat);
    }

    /// <summary>The content with a bit wrong in some pieces.</summary>
    sealed class FalseContent : IDiskFile
    {
        readonly byte[] _bytes;
        readonly PieceLayout _layout;

        public FalseContent(Site site, Random die, double share)
        {
            (_bytes, _layout) = ([.. site.Content.Bytes], site.Content.Layout);
            var certain = die.Next(_layout.Count);
            for (var i = 0; i < _layout.Count; i++)
            {
                if (i == certain || die.NextDouble() < share)
                    _bytes[_layout.OffsetOf(new PieceIndex(i))] ^= 1;
            }
        }

        public IEnumerable<AttestedPiece> Hashes => Enumerable.Range(0, _layout.Count).Select(i => new PieceIndex(i))
            .Select(piece => new AttestedPiece(piece, PieceHash.Of(_bytes.AsSpan((int)_layout.OffsetOf(piece), _layout.LengthOf(piece)))));

        public FileIdentity Identity => default;

        public long Length => _bytes.Length;

        public Failure? Read(long offset, Span<byte> bytes)
        {
            _bytes.AsSpan((int)offset, bytes.Length).CopyTo(bytes);
            return null;
        }

        public Failure? Allocate(long length) => throw new NotSupportedException();

        public Failure? Write(long offset, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

        public Failure? Give(Caller owner) => throw new NotSupportedException();

        public Failure? Flush() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
