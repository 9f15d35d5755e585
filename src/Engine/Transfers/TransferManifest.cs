using Haul.Engine.Pieces;
using Haul.Engine.Sources;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Transfers;

/// <summary>The manifest of a transfer's content: whether one is wanted, what it proves, and what came of it. Owned by the transfer's loop.</summary>
/// <remarks>
/// What it finds out is a report: <see cref="TransferReport.Checked"/>, or <see cref="TransferReport.Failed"/> where the content must be
/// checked and cannot be. Once a content is checked, a false piece is an error in any case.
/// </remarks>
sealed class TransferManifest(TransferRequest request, TimeProvider time, Action<TransferEvent> post)
{
    readonly Dictionary<PieceIndex, int> _timesFalse = [];
    ManifestRequest? _followed;
    PieceHash? _digest; // of the content that a followed one has to be about
    bool _isRead;

    /// <summary>Tells true pieces from false ones; null where none is to be had, or not yet.</summary>
    public PieceProof? Proof { get; private set; }

    /// <summary>It is wanted, and nobody has asked for it since the content was last found to be another.</summary>
    public bool IsToBeRead => Wanted is not null && !_isRead;

    /// <summary>Nobody asked for it but the server, and its pieces came false: the content is fetched without it.</summary>
    public bool IsGivenUp { get; private set; }

    ManifestRequest? Wanted => request.Manifest ?? _followed;

    /// <summary>Follows the server's word that a Metalink describes the content; false where a manifest is wanted already, or none was named.</summary>
    /// <remarks>It proves no more than the server's word does, so nothing is told of it, and the content is had without it where it is wrong.</remarks>
    /// <param name="describedBy">Where it is.</param>
    /// <param name="served">The digest of the content, as the server says; or null.</param>
    public bool TryFollow(Uri? describedBy, PieceHash? served)
    {
        if (describedBy is null || Wanted is not null || IsGivenUp || request.Ranges.Count > 0 || request.Expected is { Algorithm: not "sha256" })
            return false;
        _digest = request.Expected is { Algorithm: "sha256" } expected ? PieceHash.Read(Convert.FromHexString(expected.Hex)) : served;
        var path = Uri.UnescapeDataString(request.Origin.Uri.AbsolutePath);
        _followed = new ManifestRequest(request.Origin.Beside(describedBy, mayLeaveTls: false), ManifestPin.None, IsMandatory: false, path[(path.LastIndexOf('/') + 1)..]);
        return true;
    }

    string Name => HttpFaults.Name(request.Origin.Uri);

    /// <summary>Brings it beside the loop, and posts one <see cref="TransferEvent.ManifestRead"/>.</summary>
    /// <param name="content">The source of the content.</param>
    /// <param name="lengthBytes">Bytes of the content, or -1.</param>
    /// <param name="stop">Gives up.</param>
    public async Task ReadAsync(HttpSource content, long lengthBytes, CancellationToken stop)
    {
        var fetch = new ManifestFetch(content.Beside(Wanted!.Origin), Wanted, lengthBytes, time);
        try
        {
            var (manifest, failure) = await fetch.RunAsync(stop);
            post(new TransferEvent.ManifestRead(manifest, failure));
        }
        catch (Exception bug)
        {
            post(new TransferEvent.ManifestRead(null, HttpFaults.Fatal(E_UNEXPECTED, $"internal error, please report it: {bug}")));
        }
    }

    /// <summary>Takes what was brought.</summary>
    public TransferReport? Take(Manifest? manifest, SourceFailure? failure)
    {
        _isRead = true;
        if (manifest is null)
            return GoUnchecked(failure!.Failure, failure.Fault is SourceFault.Transient or SourceFault.Busy, failure.RetryAfter);
        // One that is about another build of the content would have true pieces taken for false, and those who give them for liars.
        if (_followed is not null && _digest is { } digest && manifest.SaidDigest != digest)
            return GoUnchecked(new Failure(DO_E_METAINFO_DIGEST_MATCH, "it is about another content"));
        var proof = PieceProof.Of(manifest, request.Ranges);
        Proof = proof.Value;
        return !proof.Succeeded ? GoUnchecked(proof.Failure) : request.Manifest is null ? null : new TransferReport.Checked(null);
    }

    /// <summary>Holds the length of the content against that of the manifest; null where nothing speaks against it.</summary>
    public TransferReport? Check(long remoteLength) => Proof is not { RemoteLength: var told } || remoteLength < 0 || remoteLength == told ? null
        : GoUnchecked(new Failure(DO_E_METAINFO_CONTENT_LENGTH, $"the piece hashes are about {told} bytes, and the content has {remoteLength}"));

    /// <summary>A content that cannot be checked is fetched all the same, unless it must be.</summary>
    TransferReport? GoUnchecked(Failure whyNot, bool isTransient = false, TimeSpan? after = null)
    {
        Proof = null;
        if (request.Manifest is null)
            return null;
        if (!request.Manifest.IsMandatory)
            return new TransferReport.Checked(whyNot);
        var failure = whyNot.Code == DO_E_DOWNLOAD_RANGES_UNEXPECTED
            ? whyNot with { Text = $"{Name} must be checked: {whyNot.Text}" }
            : new Failure(DO_E_INTEGRITYCHECKINFO_UNAVAILABLE, $"{Name} must be checked, and its piece hashes cannot be had: {whyNot.Text} [{whyNot.Code}]");
        return new TransferReport.Failed(failure, isTransient, after);
    }

    /// <summary>A piece came false: what there is to say of it, and whether it was once too often.</summary>
    public (Failure Failure, bool IsLast) Deny(PieceIndex piece, string? from)
    {
        var times = _timesFalse[piece] = _timesFalse.GetValueOrDefault(piece) + 1;
        if (request.Manifest is null && times >= TransferLimits.FalsePieceTriesMax)
            (_followed, IsGivenUp, times) = (null, true, 0);
        return (new Failure(DO_E_BAD_PIECE_HASH,
            $"{Name}: {piece} came from {from} with another hash than its manifest says, {times} times now: this is not the content that is expected. Try another server, or tell who publishes it"), times >= TransferLimits.FalsePieceTriesMax);
    }

    /// <summary>The content is another than before: its manifest may be, too.</summary>
    public void Void() => (Proof, _isRead, _followed, _digest) = (null, false, null, null);
}
