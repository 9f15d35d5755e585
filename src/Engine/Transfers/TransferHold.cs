using System.Diagnostics.CodeAnalysis;
using Haul.Engine.Bandwidth;
using Haul.Engine.Pieces;
using Haul.Engine.Sources;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Transfers;

/// <summary>What a transfer has of its content: the temporary file, the piece table, the hashes. Owned by the transfer's loop.</summary>
sealed class TransferHold(TransferRequest request, TransferTools tools, Action<TransferEvent> post) : IDisposable
{
    // The record of an earlier run, until it is void.
    Held? _held = request.Held is { } held && (held.Validator.CanResume || request.Expected is not null || request.Manifest is { IsMandatory: true }) ? request.Held : null;

    readonly TemporaryFile _file = new(request, tools);
    readonly RateLimit? _limit = request.Origin.Options.BytesPerSecondMax is var rate and > 0 ? new RateLimit(rate, tools.Time) : null;

    RangeMap? _map;
    List<(PieceIndex, PieceHash)> _fresh = [];
    int _freshTicks;
    long? _endedAt;

    // Pieces that connections have handed in, and those of them that have been hashed and reported.
    int _expected;
    int _stored;

    public TransferManifest Manifest { get; } = new(request, tools.Time, post);

    /// <summary>What connections stand on; null before the first answer. Read by any thread.</summary>
    public FetchGround? Ground { get; private set; }

    public PieceTable? Table { get; private set; }

    /// <summary>The digests of the whole content.</summary>
    public WholeHash Hash { get; } = new(request, tools, post);

    /// <summary>Ask without a Range header: the server was seen to do ranges wrongly.</summary>
    public bool NoRanges { get; set; }

    /// <summary>Nothing of an earlier run is used.</summary>
    public bool IsFresh => _held is null;

    /// <summary>A piece's bytes were seen since the system started, by this run or by one before it.</summary>
    public bool HasSeen(PieceIndex piece) => IsFresh || _file.Seen.Contains(piece);

    /// <summary>The version that is held, or null.</summary>
    public Validator? Known => _held?.Validator;

    /// <summary>Bytes of the local file, or -1 while only the end tells.</summary>
    public long Length { get; private set; } = -1;

    /// <summary>Bytes recorded by an earlier run.</summary>
    public long HeldBytes => _held is { } held && held.Length >= 0 ? Math.Min(held.Length, (long)held.Pieces.Count * PieceLayout.StandardPieceSize) : 0;

    /// <summary>Bytes of the whole remote file as far as anything tells before it is asked, or -1.</summary>
    public long RemoteLength => _held is { } held ? RemoteLengthOf(held) : request.KnownSize >= 0 ? request.KnownSize : Manifest.Proof?.RemoteLength ?? -1;

    long RemoteLengthOf(Held held) => held.Validator.Length >= 0 || request.Ranges.Count > 0 ? held.Validator.Length : held.Length;

    /// <summary>Every piece handed in has been reported.</summary>
    public bool IsQuiet => _expected == _stored;

    /// <summary>All bytes are here, and the digests known.</summary>
    [MemberNotNullWhen(true, nameof(Table))]
    public bool IsProved => Table is { IsComplete: true } && IsQuiet && Length >= 0 && Hash.IsKnown;

    /// <summary>The end of a file whose length nobody told has come: there is nothing more to ask for.</summary>
    public bool IsAtEnd => _endedAt is not null;

    /// <summary>The content was put together from several answers, so a wrong digest may be the seams' fault.</summary>
    public bool WasPieced => _held is not null || Ground is { IsPieced: true };

    /// <summary>Opens what an earlier run left, where it is still there; the table of its pieces, or null.</summary>
    public PieceTable? OpenHeld()
    {
        if (_held is null)
            return null;
        var remote = _held.Validator.Length >= 0 ? _held.Validator.Length : _held.Length;
        _map = RangeMap.Of(request.Ranges, remote);
        if (_map?.Length != _held.Length || !_file.TryReopen(_held.File))
        {
            _held = null;
            return null;
        }
        Table = new PieceTable(new PieceLayout(_map.Length));
        if (Manifest.Proof is { } proof)
            _held = _held with { Pieces = [.. _held.Pieces.Where(held => proof.MayHold(held.Piece, held.Hash))] };
        foreach (var (piece, hash) in _held.Pieces)
            Table.Store(piece, hash);
        return Table;
    }

    /// <summary>The remote range to ask for first: from the first missing byte, open at the end where the whole file is wanted.</summary>
    public (long First, long? End) FirstMissing
    {
        get
        {
            if (Table is { } table && _map is { } map)
            {
                var (remote, contiguous) = map.At(table.Layout.OffsetOf(table.FirstNeeded!.Value));
                return (remote, request.Ranges.Count == 0 ? null : remote + contiguous);
            }
            if (request.Ranges.Count == 0)
                return (0, null);
            var (offset, length) = request.Ranges[0];
            return ((long)offset, length == ByteRange.ToEndOfFile ? null : (long)(offset + length));
        }
    }

    /// <summary>Makes ready for pieces: layout, temporary file, hashes. Without an answer, from what is held or from the length that is known.</summary>
    public Failure? Begin(HttpAnswer? answer, HttpSource source)
    {
        var total = answer?.TotalLength ?? _held?.Length ?? RemoteLength;
        var validator = answer?.Validator ?? _held?.Validator ?? new Validator(null, null, total);
        if (AnswerRules.Refuse(request, answer, validator, total, Manifest.Proof is not null) is { } refusal)
            return refusal;
        if ((answer is not null || _held is null) && RangeMap.Of(request.Ranges, total < 0 ? TransferLimits.UntoldLengthMax : total) is var map)
            _map = map;
        if (_map is null)
            return new Failure(DO_E_INVALID_RANGE, $"{HttpFaults.Name(request.Origin.Uri)} is {total} bytes long, and a wanted range lies outside it");
        if (_held is not null && _map.Length != _held.Length)
            (_held, Table) = (null, null);
        var (length, layout) = (total < 0 ? -1 : _map.Length, Table?.Layout ?? new PieceLayout(_map.Length));
        if ((_file.Open(length, isFresh: _held is null) ?? _file.Begin(length < 0 ? null : layout, Recorded)) is { } failure)
            return failure;

        Length = length;
        Table ??= new PieceTable(layout);
        Ground = new FetchGround
        {
            Source = source,
            Map = _map,
            Layout = Table.Layout,
            File = _file.File!,
            Known = validator,
            Post = post,
            Tools = tools,
            Limit = _limit,
            Proof = Manifest.Proof,
            HasDigest = request.Expected is not null || Manifest.Proof is not null,
            IsWhole = request.Ranges.Count == 0,
            RangesWork = answer is not { IsPartial: false },
        };
        Ground.Count(Table.HaveBytes);
        Hash.Begin(Ground, _held?.Pieces, _file.Seen);
        return null;
    }

    // Piece hashes of another size than ours tell nothing of a piece that is not read.
    IReadOnlyList<(PieceIndex, PieceHash)> Recorded => Manifest.Proof is { HasOurPieces: false } ? [] : _held?.Pieces ?? [];

    /// <summary>So many more pieces have been handed in and will be reported.</summary>
    public void Expect(int pieces)
    {
        _expected += pieces;
        Settle();
    }

    public void Store(PieceIndex piece, PieceHash hash, bool isRecorded)
    {
        _stored++;
        Table!.Store(piece, hash);
        if (isRecorded)
            _fresh.Add((piece, hash));
        Settle();
    }

    void Settle()
    {
        CloseLength();
        if (Hash.IsStale && Table is { IsComplete: true } && IsQuiet)
            Hash.Renew(Table);
    }

    /// <summary>A piece that was true as far as anyone could tell is wanted again.</summary>
    public void Revoke(PieceIndex piece)
    {
        Lose(piece);
        // What the hasher still finds out of it is not to be believed either.
        _file.Void();
        _fresh.RemoveAll(fresh => fresh.Item1 == piece);
        Hash.Spoil();
    }

    /// <summary>A piece that was handed in is not the one of the content, and is needed again.</summary>
    public void Deny(PieceIndex piece, int length)
    {
        _stored++;
        Table!.GiveBack(piece.Value, piece.Value + 1);
        Ground!.Count(-length);
        CloseLength();
    }

    /// <summary>Takes what the hasher found out; a piece that is here no more, or null.</summary>
    public PieceIndex? Take(TransferEvent.Hashed hashed)
    {
        if (Hash.Take(hashed) is not { } lost || Table is null)
            return null;
        Lose(lost);
        return lost;
    }

    void Lose(PieceIndex piece)
    {
        if (!Table!.Has(piece))
            return;
        Table.Lose(piece);
        Ground!.Count(-Table.Layout.LengthOf(piece));
    }

    /// <summary>The last answer ended here, and nobody had told the length.</summary>
    public void EndAt(long length)
    {
        _endedAt = length;
        CloseLength();
    }

    void CloseLength()
    {
        // A false piece that came last ends it too: then there is no whole to make, and the transfer starts over.
        if (_endedAt is not { } length || !IsQuiet || Length >= 0 || Table!.HaveCount < new PieceLayout(length).Count)
            return;
        if (Manifest.Proof is { RemoteLength: var told } && length != told)
        {
            post(new TransferEvent.DiskFailed(new Failure(DO_E_BAD_INCOMING_DATA, $"{HttpFaults.Name(request.Origin.Uri)} ended after {length} bytes, and its piece-hash file is about {told}")));
            return;
        }
        var whole = new PieceTable(new PieceLayout(length));
        for (var i = 0; i < whole.Layout.Count; i++)
            whole.Store(new PieceIndex(i), Table!.HashOf(new PieceIndex(i)));
        (Table, Length) = (whole, length);
        if (_file.File!.Allocate(length) is { } failure)
            post(new TransferEvent.DiskFailed(failure));
        Hash.Close(whole.Layout);
    }

    /// <summary>All is here, and is what it should be.</summary>
    public void Vouch() => _file.File?.Checkpoint?.SeeWhole(PieceHash.Read(Convert.FromHexString(Sha256)));

    /// <summary>Some time has passed.</summary>
    public void Tick() => _file.File?.Checkpoint?.Touch();

    /// <summary>What was stored since it was last asked, or null when it is not time yet.</summary>
    public IReadOnlyList<(PieceIndex, PieceHash)>? TakeFresh(int everyTicks = 0)
    {
        // Pieces of an untold length cannot be resumed from, so they need no record.
        if ((++_freshTicks < everyTicks && _fresh.Count < TransferLimits.KeepPieces) || Length < 0)
            return null;
        _freshTicks = 0;
        var fresh = _fresh;
        _fresh = [];
        return fresh;
    }

    /// <summary>Why the content is not the expected one, or null.</summary>
    public Failure? Mismatch() => ContentVerdict.Of(request, Hash.Digests, Sha256, Manifest.Proof is null ? Ground?.Known.Digest : null);

    /// <summary>SHA-256 of the local file.</summary>
    public string Sha256 => Hash.Sha256Of(Table!);

    /// <summary>Forgets all but the open file.</summary>
    public void Void()
    {
        _held = null;
        _file.Void();
        Manifest.Void();
        Hash.Void();
        (Table, Ground, _map, _endedAt) = (null, null, null, null);
        _fresh = [];
        (_expected, _stored, Length) = (0, 0, -1);
    }

    public void Dispose()
    {
        Hash.Stop();
        _file.Dispose();
    }
}
