using System.Collections.Concurrent;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Swarms;
using Haul.Engine.Transfers;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Logging;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Uploads;

/// <summary>Contents that are complete, kept for peers: on the shelf, over restarts, until they are too old, too many or changed.</summary>
/// <remarks>
/// <code>
/// Held ──► Shelved ──► gone: too old, too much, changed, or fetched anew
///   └───────────────────▲  no shelf, or no room for a copy
/// </code>
/// One loop owns them and does what is to be done on the shelf; a long copy holds up nothing but the next content's way there.
/// </remarks>
sealed class KeptContents
{
    readonly PeerHub _hub;
    readonly ShelfDirectory? _shelf;
    readonly Func<PeerPolicy> _policy;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly Mailbox<Action> _mailbox = new();
    readonly Dictionary<string, ShelvedContent> _contents = []; // owned by the loop
    readonly Dictionary<string, DateTimeOffset> _usesNoted = []; // owned by the loop
    readonly ConcurrentDictionary<PieceHash, long> _lengths = []; // of those that the digest of the whole names
    CancellationToken _stopping;

    /// <param name="hub">Where contents are given to others.</param>
    /// <param name="shelf">Where they lie, or null: then they are kept as long as the agent runs.</param>
    /// <param name="policy">How much may be kept, now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told what goes.</param>
    public KeptContents(PeerHub hub, ShelfDirectory? shelf, Func<PeerPolicy> policy, TimeProvider time, ILogger log)
    {
        (_hub, _shelf, _policy, _time, _log) = (hub, shelf, policy, time, log);
        _mailbox.Post(Load);
    }

    /// <summary>Takes a content over: its seat goes on giving. Any thread.</summary>
    public void Keep(KeptContent content)
    {
        var state = content.File.File.State;
        var record = new ShelfRecord
        {
            Content = content.Content,
            Layout = content.Seat.Layout,
            GroupId = _hub.Group?.GroupId,
            IsProvedByManifest = content.IsProvedByManifest,
            HasCredentials = content.HasCredentials,
            State = state ?? default,
            AddedAt = _time.GetUtcNow(),
            Hashes = content.Hashes,
        };
        var kept = Make(record, content.Seat, state, record.AddedAt);
        kept.Hold(content.File);
        content.Seat.Lend = kept.Lend;
        content.Seat.Kept = PiecesOf(record);
        // Before the files of others are copied: whoever wants words would wait for that.
        Attest(kept);
        if (_mailbox.Post(() => Add(kept, content.File)))
            return;
        _hub.Leave(kept.Seat);
        kept.Close();
    }

    /// <summary>How long a content is that is kept, by the digest of the whole; null where it is not. Any thread.</summary>
    public long? LengthOf(PieceHash digest) => _lengths.TryGetValue(digest, out var length) ? length : null;

    /// <summary>Runs until cancelled; returns when all files are closed.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        _stopping = cancel;
        using var timer = _time.CreateTimer(_ => _mailbox.Post(Tick), null, KeepLimits.TickInterval, KeepLimits.TickInterval);
        using var registration = cancel.UnsafeRegister(static box => ((Mailbox<Action>)box!).Close(), _mailbox);
        while (await _mailbox.WaitAsync())
        {
            while (_mailbox.TryTake(out var what))
                what();
        }
        NoteUses();
        foreach (var content in _contents.Values)
            content.Close();
    }

    ShelvedContent Make(ShelfRecord record, SwarmSeat seat, FileState? expected, DateTimeOffset usedAt) => new(record, seat, expected, usedAt, _time)
    {
        Changed = content => _mailbox.Post(() => Lose(content)),
        Opened = () => _mailbox.Post(CloseSpare),
    };

    /// <summary>Takes the places in the swarms of all that an earlier run kept and that may still be given. Nothing is read but the records.</summary>
    void Load()
    {
        if (_shelf is null)
            return;
        foreach (var name in _shelf.Names)
        {
            if (Load(name) is { } refused)
                KeepLog.Dropped(_log, name, refused);
        }
        _shelf.Sweep(_contents.Keys.ToHashSet());
        Evict();
    }

    string? Load(string name)
    {
        var read = _shelf!.Read(name, ShelfRecord.BytesMax);
        if (!read.Succeeded)
            return read.Failure.Text;
        var parsed = ShelfRecord.Read(read.Value.Bytes);
        if (!parsed.Succeeded)
            return parsed.Failure.Text;
        var record = parsed.Value;
        if (record.GroupId is not null && record.GroupId != _hub.Group?.GroupId)
            return "it came under a group that this agent is not of";
        if (record.HasCredentials && !_policy().SharesCredentialed)
            return "it was fetched with credentials, and the policy keeps such contents from others";
        if (ShelfRecord.NameOf(record.Content) != name || _shelf.StateOf(name)?.IsSameAs(record.State with { Links = 0 }) != true)
            return "its file was changed";
        var key = _hub.Group ?? GroupKey.OpenFor(record.Content);
        var id = key.SwarmOf(record.Content);
        ShelvedContent? content = null;
        var seat = new SwarmSeat(id, record.Layout, () => content?.Lend()) { Group = _hub.Group, Blinded = epoch => key.BlindedOf(id, epoch), Kept = PiecesOf(record) };
        seat.AddAll();
        content = Make(record, seat, record.State, read.Value.UsedAt);
        content.Settle(record.State, () => _shelf.Open(name));
        Attest(content);
        Measure(content);
        (_contents[name], _usesNoted[name]) = (content, read.Value.UsedAt);
        // A transfer that goes on with the same content may be there already.
        _hub.Take(seat, isSpare: true);
        return null;
    }

    void Add(ShelvedContent content, LentFile file)
    {
        if (_contents.Remove(content.Name, out var older))
            Let(older);
        Measure(content);
        _contents[content.Name] = content;
        // What no digest names could not be proved to be the same after a restart: it is held while the agent runs.
        if (_shelf is not null && content.Record.Content.Kind != ContentIdKind.Version && Shelve(content, file.File) is { } failure)
            KeepLog.Held(_log, content.Name, failure.ToString());
        Evict();
    }

    /// <summary>Puts a content on the shelf: its file by one more name, else a copy of it.</summary>
    Failure? Shelve(ShelvedContent content, IDiskFile file)
    {
        if (!content.Stands(file.State))
            return new Failure(BG_E_LOCAL_FILE_CHANGED, "The file was changed");
        if (content.Record.Hashes.Count > ShelfRecord.PiecesMax)
            return new Failure(ERROR_FILE_TOO_LARGE, $"It has more than {ShelfRecord.PiecesMax} pieces");
        var failure = _shelf!.Link(file, content.Name);
        // Its record is on the disk at once, and must not be there before its bytes: after a restart nobody reads them before they are given.
        if (failure is null && file.Flush() is { } unflushed)
        {
            _shelf.Remove(content.Name);
            return unflushed;
        }
        // Its last name is gone: whoever removed it wants the bytes gone, too.
        if (failure is not null && failure.Code != ERROR_FILE_NOT_FOUND)
            failure = Copy(content, file);
        if (failure is null && _shelf.StateOf(content.Name) is { } state)
        {
            failure = _shelf.Write(content.Name, (content.Record with { State = state }).ToBytes());
            if (failure is null)
            {
                content.Settle(state, () => _shelf.Open(content.Name));
                _usesNoted[content.Name] = content.UsedAt;
                return null;
            }
        }
        _shelf.Remove(content.Name);
        return failure ?? new Failure(BG_E_LOCAL_FILE_CHANGED, "The file was removed");
    }

    Failure? Copy(ShelvedContent content, IDiskFile file)
    {
        var length = content.Record.Layout.Length;
        if (length > BytesMax || length > _shelf!.Space.Free * KeepLimits.CopyShareMax)
            return new Failure(ERROR_DISK_FULL, $"A copy of {length} bytes is more than may be kept");
        return _shelf.Copy(file, content.Name, _stopping) ?? (content.Stands(file.State) ? null : new Failure(BG_E_LOCAL_FILE_CHANGED, "The file was changed"));
    }

    void Measure(ShelvedContent content)
    {
        if (PiecesOf(content.Record) is { Hashes: not null })
            _lengths[content.Record.Content.Digest] = content.Record.Layout.Length;
    }

    /// <summary>What this agent's own jobs may take a content by. Not what came with credentials, whoever else could have it by then; nor what no digest names.</summary>
    static KeptPieces? PiecesOf(ShelfRecord record) =>
        record.HasCredentials || record.Content.Kind == ContentIdKind.Version ? null
        : new KeptPieces(record.Content.Kind == ContentIdKind.Whole && !record.IsProvedByManifest ? record.Hashes : null);

    /// <summary>Gives the group this agent's word on all pieces: the whole is proved, and a few signatures say it for all of them.</summary>
    /// <remarks>
    /// Those who are connected are told, too: of pieces that an earlier run brought they have heard no word yet, and could prove none of them.
    /// </remarks>
    void Attest(ShelvedContent content)
    {
        // What no digest names was held against samples alone: there is nothing to give a word on.
        if (_hub.Group is not { } group || content.Record.Content.Kind == ContentIdKind.Version)
            return;
        var first = 0;
        foreach (var hashes in content.Record.Hashes.Chunk(PeerLimits.AttestedPiecesMax))
        {
            AttestedPiece[] pieces = [.. hashes.Select((hash, i) => new AttestedPiece(new PieceIndex(first + i), hash))];
            var word = Attestation.Make(0, content.Seat.Swarm, pieces, _hub.Own, group);
            content.Seat.Attestations.Replace(word);
            foreach (var link in _hub.Links.Where(link => link.WantsWords(content.Seat)))
                link.Tell(content.Seat, channel => word with { Channel = channel });
            first += pieces.Length;
        }
    }

    void Tick()
    {
        foreach (var content in _contents.Values.ToList())
        {
            if (!content.Stands(StateOf(content)))
                Lose(content);
            content.CloseUnused(_time.GetUtcNow() - KeepLimits.IdleMax);
        }
        NoteUses();
        Evict();
    }

    FileState? StateOf(ShelvedContent content) => content.IsHeld ? content.StateOfOpen : _shelf!.StateOf(content.Name);

    void Lose(ShelvedContent content)
    {
        if (_contents.GetValueOrDefault(content.Name) != content)
            return;
        KeepLog.Dropped(_log, content.Name, "its file was changed");
        Drop(content);
    }

    void Evict()
    {
        var policy = _policy();
        var bounds = new KeepBounds(policy.KeepAgeMax, BytesMax, policy.KeepCountMax, KeepLimits.OpenMax);
        foreach (var name in bounds.Excess(_contents.Values.Select(FactsOf), _time.GetUtcNow()))
        {
            KeepLog.Evicted(_log, name);
            Drop(_contents[name]);
        }
    }

    long BytesMax => _shelf?.Space.Whole is > 0 and var whole ? (long)Math.Min(_policy().KeepBytesMax, whole * _policy().KeepDiskShareMax) : _policy().KeepBytesMax;

    KeepFacts FactsOf(ShelvedContent content)
    {
        var namesOfOurs = content.IsHeld ? 0 : 1;
        var isOwn = StateOf(content) is { } state && state.Links <= namesOfOurs;
        return new KeepFacts(content.Name, content.Record.AddedAt, content.UsedAt, isOwn ? content.Record.Layout.Length : 0, content.IsHeld);
    }

    void Drop(ShelvedContent content)
    {
        _contents.Remove(content.Name);
        Let(content);
    }

    void Let(ShelvedContent content)
    {
        _hub.Leave(content.Seat);
        content.Close();
        _lengths.TryRemove(content.Record.Content.Digest, out _);
        _usesNoted.Remove(content.Name);
        _shelf?.Remove(content.Name);
    }

    /// <summary>Closes the files that were not used for longest, when too many are open.</summary>
    void CloseSpare()
    {
        var open = _contents.Values.Where(content => content.IsOpen).OrderByDescending(content => content.UsedAt).ToList();
        foreach (var content in open.Skip(KeepLimits.OpenMax))
            content.CloseUnused(DateTimeOffset.MaxValue);
    }

    void NoteUses()
    {
        foreach (var (name, content) in _contents)
        {
            if (!_usesNoted.TryGetValue(name, out var noted) || noted == content.UsedAt)
                continue;
            _usesNoted[name] = content.UsedAt;
            _shelf!.Use(name, content.UsedAt);
        }
    }
}
