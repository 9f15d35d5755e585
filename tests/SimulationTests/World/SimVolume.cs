using Haul.Engine.Platform;

namespace Haul.SimulationTests.World;

/// <summary>What outlives the engine: directories, names, and the files under them.</summary>
/// <remarks>Names and lengths are taken to be journalled: only bytes are lost with the power.</remarks>
sealed class SimVolume
{
    /// <summary>The directory that the programs of a world use.</summary>
    public const string Home = "/sim/home";

    const string AllCheckpoints = "/sim/checkpoints";

    readonly HashSet<string> _directories = [Home];
    readonly SortedDictionary<string, SimInode> _names = new(StringComparer.Ordinal);
    readonly Lock _gate = new();
    ulong _inodes;
    int _starts;

    public SimVolume() => _directories.Add(Checkpoints);

    /// <summary>Bytes that fit.</summary>
    public long Capacity { get; set; } = 1L << 40;

    /// <summary>What is wrong with the device now.</summary>
    public DiskFaults Faults { get; } = new();

    /// <summary>The time, nanoseconds.</summary>
    public Func<long> Now { get; set; } = static () => 0;

    /// <summary>Where this start of the machine keeps its checkpoints.</summary>
    public string Checkpoints => $"{AllCheckpoints}/{_starts}";

    public static bool IsCheckpoint(string path) => path.StartsWith(AllCheckpoints, StringComparison.Ordinal);

    /// <summary>Told before anything is changed: the place for a crash between two changes.</summary>
    public Action? Changing { get; set; }

    /// <summary>Told of each file that was placed under its own name.</summary>
    public Action<string, SimInode>? Placed { get; set; }

    /// <summary>Told what became of which file.</summary>
    public Action<string, SimInode>? Changed { get; set; }

    /// <summary>Files that were to be deleted while their directory was hidden: for who deletes they are gone.</summary>
    public int Unseen { get; set; }

    /// <summary>Bytes that still fit.</summary>
    public long Free => Capacity - _names.Values.Sum(inode => (long)inode.Length);

    public IEnumerable<string> Names => _names.Keys;

    /// <summary>A directory that is there and not hidden by a fault.</summary>
    public bool HasDirectory(string path) => _directories.Contains(path) && Faults.HiddenDirectory != path;

    public bool IsDirectory(string path) => _directories.Contains(path);

    public void MakeDirectory(string path) => _directories.Add(path);

    public SimInode? Find(string path)
    {
        lock (_gate)
            return _names.GetValueOrDefault(path);
    }

    public SimInode Make(string path)
    {
        lock (_gate)
        {
            var inode = new SimInode(new FileIdentity(1, ++_inodes));
            _names.Add(path, inode);
            Changed?.Invoke("made", inode);
            return inode;
        }
    }

    public void Rename(string from, string to)
    {
        SimInode inode;
        lock (_gate)
        {
            inode = _names[from];
            _names.Remove(from);
            _names[to] = inode;
        }
        Placed?.Invoke(to, inode);
    }

    public void Remove(string path)
    {
        lock (_gate)
        {
            if (_names.Remove(path, out var inode))
                Changed?.Invoke("removed", inode);
        }
    }

    /// <summary>The machine loses its power: what was not flushed is there or not, as the die falls.</summary>
    /// <returns>Blocks that were lost.</returns>
    public int LosePower(Random die)
    {
        foreach (var checkpoint in _names.Keys.Where(IsCheckpoint).ToArray())
            _names.Remove(checkpoint);
        _starts++;
        _directories.Add(Checkpoints);
        return _names.Values.Sum(inode => inode.LosePower(die));
    }
}

/// <summary>What is wrong with a device.</summary>
sealed class DiskFaults
{
    public bool IsReadOnly { get; set; }

    /// <summary>A directory that is not there for now, as of a share that is not mounted.</summary>
    public string? HiddenDirectory { get; set; }

    /// <summary>Writes until one fails, or null for never.</summary>
    public int? WritesUntilFault { get; set; }

    /// <summary>Reads until one fails, or null for never.</summary>
    public int? ReadsUntilFault { get; set; }

    /// <summary>What is read to be given to peers is false, and the same read for oneself is true.</summary>
    public bool IsFalseToPeers { get; set; }

    public void Heal() => (IsReadOnly, HiddenDirectory, WritesUntilFault, ReadsUntilFault) = (false, null, null, null);

    public bool TakesWrite()
    {
        if (WritesUntilFault is not { } left)
            return true;
        WritesUntilFault = left > 0 ? left - 1 : null;
        return left > 0;
    }

    public bool TakesRead()
    {
        if (ReadsUntilFault is not { } left)
            return true;
        ReadsUntilFault = left > 0 ? left - 1 : null;
        return left > 0;
    }
}
