using System.Security.Cryptography;
using Haul.Engine.Pieces;
using Haul.Engine.Store;

namespace Haul.Engine.Transfers;

/// <summary>The digests of a transfer's whole content: hashed while it comes, and anew when it is complete where a part of it was false. Owned by the transfer's loop.</summary>
sealed class WholeHash(TransferRequest request, TransferTools tools, Action<TransferEvent> post)
{
    FetchGround? _ground;
    int _number; // of the hasher whose word counts

    /// <summary>SHA-256, then what else was expected; null where they are not known, or where the one piece is the whole; none where a
    /// manifest vouches for the whole.</summary>
    public byte[][]? Digests { get; private set; }

    /// <summary>A part of what was hashed is not of the content any more.</summary>
    public bool IsStale { get; private set; }

    /// <summary>All that is to be known of the content once its pieces are here.</summary>
    public bool IsKnown => !IsStale && (Digests is not null || _ground?.Hasher is null);

    /// <summary>The digest that a manifest names for pieces which it proves; null where it is not to be taken at its word (decision 27):
    /// nobody who is trusted stands for it, or the caller expects a digest of his own.</summary>
    PieceHash? Vouched => request is { Expected: null, Ranges.Count: 0 } && SwarmTerms.IsPinned(request) ? SwarmTerms.SealOf(request, _ground?.Proof?.Manifest)?.Digest : null;

    /// <summary>SHA-256 of the whole; the one piece's where there is only one.</summary>
    public string Sha256Of(PieceTable table)
    {
        if (Digests is [var sha256, ..])
            return Convert.ToHexStringLower(sha256);
        if (Digests is [] && Vouched is { } vouched)
            return vouched.ToString();
        Span<byte> hash = stackalloc byte[PieceHash.Size];
        if (table.Layout.Count == 0)
            SHA256.HashData([], hash);
        else
            table.HashOf(new PieceIndex(0)).Write(hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Hashes from here on what connections bring, and what an earlier run left.</summary>
    /// <param name="ground">What connections stand on.</param>
    /// <param name="held">Pieces of the earlier run, or null where there was none.</param>
    /// <param name="seen">Those of them that need not be read again.</param>
    public void Begin(FetchGround ground, IReadOnlyList<(PieceIndex, PieceHash)>? held, SeenPieces seen)
    {
        _ground = ground;
        if (ground.Layout.Count > 1 || held is not null || request.Expected is { Algorithm: "sha512" })
            Begin(held ?? [], seen);
    }

    void Begin(IEnumerable<(PieceIndex, PieceHash)> pieces, SeenPieces seen)
    {
        HashAlgorithmName[] digests = Vouched is not null ? [] : request.Expected is { Algorithm: "sha512" } ? [HashAlgorithmName.SHA256, HashAlgorithmName.SHA512] : [HashAlgorithmName.SHA256];
        var number = ++_number;
        _ground!.Hasher = new ContentHasher(_ground.Layout, _ground.File, digests, tools.Workers, _ground.ReportPiece, what => post(new TransferEvent.Hashed(what, number))) { Proof = _ground.Proof };
        _ground.Hasher.Recall(pieces, seen);
    }

    /// <summary>Takes what a hasher found out, unless it is of what stood in the file before; a piece that is not there, or null.</summary>
    public PieceIndex? Take(TransferEvent.Hashed hashed)
    {
        if (hashed.Hasher != _number)
            return null;
        if (hashed.What.Failure is { } failure)
            post(new TransferEvent.DiskFailed(failure));
        Digests = hashed.What.Digests;
        return hashed.What.Lost;
    }

    /// <summary>A piece was not what it was taken for: until all pieces are here, they are hashed as themselves only.</summary>
    public void Spoil()
    {
        (IsStale, Digests) = (true, null);
        _number++;
        _ground!.Hasher?.Stop();
        _ground.Hasher = null;
    }

    /// <summary>All pieces are here again.</summary>
    public void Renew(PieceTable table)
    {
        IsStale = false;
        Begin(Enumerable.Range(0, table.Layout.Count).Select(i => (new PieceIndex(i), table.HashOf(new PieceIndex(i)))), SeenPieces.None);
    }

    /// <summary>The length became known at the end of the last answer.</summary>
    public void Close(PieceLayout layout) => _ground!.Hasher!.Close(layout);

    /// <summary>Nothing more is hashed.</summary>
    public void Stop() => _ground?.Hasher?.Stop();

    /// <summary>Forgets the content.</summary>
    public void Void() => (_ground, Digests, IsStale) = (null, null, false);
}
