using System.Security.Cryptography;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Haul.Protocol.Api;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>The content that all machines of a site want: where it is served, what proves it, and what it is called among members.</summary>
sealed class SiteContent
{
    const string Path = "image.bin";

    // One block for all sites: each takes its bytes from another place of it.
    static readonly Lazy<byte[]> _block = new(() => SimContent.Bytes(5, 28 << 20));

    readonly SitePlan _plan;
    readonly string _hashesUrl;
    readonly string _hashOfHashes;

    /// <param name="plan">How it is proved.</param>
    /// <param name="origin">Serves the content.</param>
    /// <param name="publisher">Serves its manifest.</param>
    /// <param name="die">Picks its bytes.</param>
    public SiteContent(SitePlan plan, SimHost origin, SimHost publisher, Random die)
    {
        _plan = plan;
        var length = ((plan.Pieces - 1) << 20) + die.Next(1, 1 << 20);
        var bytes = _block.Value.AsSpan(die.Next(_block.Value.Length - length), length).ToArray();
        var modified = SimScheduler.Epoch.AddDays(-1);
        Served = origin.Serve(Path, bytes, modified);
        Layout = new PieceLayout(length);
        var manifest = Manifest.Of(bytes, die.Pick(1 << 20, 128 << 10));
        _hashesUrl = publisher.Serve($"{Path}.hashes", PieceHashFile.Write(manifest), modified).Url;
        var hash = new byte[PieceHash.Size];
        manifest.HashOfHashes.Write(hash);
        _hashOfHashes = Convert.ToBase64String(hash);
        Id = plan.HasManifest
            ? new ContentId(ContentIdKind.Pieces, manifest.HashOfHashes, length)
            : new ContentId(ContentIdKind.Whole, PieceHash.Read(SHA256.HashData(bytes)), length);
    }

    public SimContent Served { get; }

    public ContentId Id { get; }

    public PieceLayout Layout { get; }

    public byte[] Bytes => Served.Now.Bytes;

    /// <summary>What the swarm of a group is called.</summary>
    public SwarmId SwarmOf(GroupKey? group) => (group ?? GroupKey.OpenFor(Id)).SwarmOf(Id);

    /// <summary>How a program on a machine asks for it.</summary>
    public AddFile Wish(string localName, int machine) => new()
    {
        RemoteName = Served.Url,
        LocalName = localName,
        FileSize = (ulong)Bytes.Length,
        Digest = _plan.HasManifest ? null : $"sha256:{Id.Digest}",
        Integrity = !_plan.HasManifest && !(_plan.IsMixed && machine % 2 == 0) ? null : new IntegrityCheck { PiecesHashFileUrl = _hashesUrl, HashOfHashes = _hashOfHashes, IsMandatory = true },
    };

    /// <summary>The bytes are those of the content there.</summary>
    public bool IsTrue(long offset, ReadOnlySpan<byte> bytes) =>
        offset >= 0 && offset + bytes.Length <= Bytes.Length && bytes.SequenceEqual(Bytes.AsSpan((int)offset, bytes.Length));
}
