using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.World;

/// <summary>What is asked of a disk.</summary>
enum DiskCall
{
    Check,
    Create,
    Open,
    Place,
    Delete,
    Allocate,
    Write,
    Read,
    Flush,
    Give,
}

/// <summary>A disk in memory that keeps account and refuses what a test wants refused.</summary>
sealed class FakeDisk : IDisk
{
    readonly Lock _gate = new();
    readonly Dictionary<string, FakeFile> _files = [];
    readonly List<(DiskCall Call, string Path, Caller Caller)> _calls = [];
    ulong _inodes;

    /// <summary>Why a call on a path is refused, or null. Asked before anything is done.</summary>
    public Func<DiskCall, string, Failure?> Refuses { get; set; } = (_, _) => null;

    /// <summary>When whatever is changed now is changed, nanoseconds.</summary>
    public long ChangesAt { get; set; } = 1;

    /// <summary>The number of the volume's attachment, or null where nothing tells.</summary>
    public ulong? Attachment { get; set; } = 1;

    /// <summary>Handles that were not closed.</summary>
    public int OpenHandles { get; private set; }

    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_gate)
                return [.. _files.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>As whom a call was made on a path, for every such call.</summary>
    public IReadOnlyList<Caller> CallersOf(DiskCall call, string path)
    {
        lock (_gate)
            return [.. _calls.Where(one => one.Call == call && one.Path == path).Select(one => one.Caller)];
    }

    /// <summary>To whom a file was given; null while it is its maker's.</summary>
    public string? OwnerOf(string path)
    {
        lock (_gate)
            return _files[path].Owner;
    }

    public byte[] BytesOf(string path)
    {
        lock (_gate)
            return [.. _files[path].Bytes];
    }

    /// <summary>Puts a file there from outside, in place of any other.</summary>
    public FileIdentity Put(string path, byte[] bytes)
    {
        lock (_gate)
        {
            var file = new FakeFile(this, path, new FileIdentity(1, ++_inodes)) { Bytes = bytes };
            _files[path] = file;
            return file.Identity;
        }
    }

    /// <summary>Changes one byte of a file, as a disk does that lost what it had not written yet.</summary>
    public void Scribble(string path, int at)
    {
        lock (_gate)
            _files[path].Bytes[at] ^= 0xFF;
    }

    public void Remove(string path)
    {
        lock (_gate)
            _files.Remove(path);
    }

    public Failure? CheckTarget(Caller caller, string path, bool overwrite)
    {
        lock (_gate)
            return Ask(DiskCall.Check, path, caller) ?? (_files.ContainsKey(path) && !overwrite ? Exists(path) : null);
    }

    public Failure? Create(Caller caller, string path, out IDiskFile? file)
    {
        file = null;
        lock (_gate)
        {
            if (Ask(DiskCall.Create, path, caller) is { } refused)
                return refused;
            if (_files.ContainsKey(path))
                return Exists(path);
            Put(path, []);
            file = Handle(_files[path]);
            return null;
        }
    }

    public Failure? Open(Caller caller, string path, FileIdentity? expected, out IDiskFile? file)
    {
        file = null;
        lock (_gate)
        {
            if (Ask(DiskCall.Open, path, caller) is { } refused)
                return refused;
            if (!_files.TryGetValue(path, out var found))
                return Missing(path);
            if (expected is not null && found.Identity != expected)
                return new Failure(BG_E_LOCAL_FILE_CHANGED, $"{path} is another file now");
            file = Handle(found);
            return null;
        }
    }

    public Failure? Place(Caller caller, string from, string to, bool overwrite)
    {
        lock (_gate)
        {
            if (Ask(DiskCall.Place, to, caller) is { } refused)
                return refused;
            if (!_files.TryGetValue(from, out var file))
                return Missing(from);
            if (_files.ContainsKey(to) && !overwrite)
                return Exists(to);
            _files.Remove(from);
            _files[to] = file;
            return null;
        }
    }

    public Failure? Delete(Caller caller, string path, FileIdentity? expected)
    {
        lock (_gate)
        {
            if (Ask(DiskCall.Delete, path, caller) is { } refused)
                return refused;
            if (_files.TryGetValue(path, out var file) && (expected is null || file.Identity == expected))
                _files.Remove(path);
            return null;
        }
    }

    Failure? Ask(DiskCall call, string path, Caller caller)
    {
        _calls.Add((call, path, caller));
        return Refuses(call, path);
    }

    FakeFile Handle(FakeFile file)
    {
        OpenHandles++;
        return file;
    }

    static Failure Exists(string path) => new(ERROR_FILE_EXISTS, $"{path} exists");

    static Failure Missing(string path) => new(ERROR_FILE_NOT_FOUND, $"There is no {path}");

    sealed class FakeFile(FakeDisk disk, string path, FileIdentity identity) : IDiskFile
    {
        long _changedAt = disk.ChangesAt;

        public byte[] Bytes { get; set; } = [];

        public FileIdentity Identity => identity;

        public long Length => Bytes.Length;

        public FileState? State => new FileState(identity, Length, _changedAt, Links: 1) { ChangedAt = _changedAt };

        public ulong? Attachment => disk.Attachment;

        public IDiskFile? OpenAgain() => disk.Handle(this);

        public Failure? Allocate(long length) => Do(DiskCall.Allocate, () => Resize(length));

        public Failure? Write(long offset, ReadOnlySpan<byte> bytes)
        {
            var copy = bytes.ToArray();
            return Do(DiskCall.Write, () =>
            {
                Resize(Math.Max(Bytes.Length, offset + copy.Length));
                copy.CopyTo(Bytes, offset);
                _changedAt = disk.ChangesAt;
            });
        }

        public Failure? Read(long offset, Span<byte> bytes)
        {
            lock (disk._gate)
            {
                if (disk.Refuses(DiskCall.Read, path) is { } refused)
                    return refused;
                if (offset + bytes.Length > Bytes.Length)
                    return new Failure(ERROR_HANDLE_EOF, $"{path} is shorter than {offset + bytes.Length} bytes");
                Bytes.AsSpan((int)offset, bytes.Length).CopyTo(bytes);
                return null;
            }
        }

        public Failure? Give(Caller owner) => Do(DiskCall.Give, () => Owner = owner.Name);

        public string? Owner { get; private set; }

        public Failure? Flush() => Do(DiskCall.Flush, static () => { });

        public void Dispose()
        {
            lock (disk._gate)
                disk.OpenHandles--;
        }

        Failure? Do(DiskCall call, Action what)
        {
            lock (disk._gate)
            {
                if (disk.Refuses(call, path) is { } refused)
                    return refused;
                what();
                return null;
            }
        }

        void Resize(long length)
        {
            var bytes = Bytes;
            Array.Resize(ref bytes, (int)length);
            (Bytes, _changedAt) = (bytes, disk.ChangesAt);
        }
    }
}
