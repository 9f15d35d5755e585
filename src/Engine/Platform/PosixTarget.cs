using System.Runtime.Versioning;
using Haul.Protocol.Contract;

namespace Haul.Engine.Platform;

/// <summary>What a look at a target and its directory found, and whether a file can be placed there.</summary>
[UnsupportedOSPlatform("windows")]
readonly struct PosixTarget
{
    readonly Errno _directoryError;
    readonly PosixStat _directory;
    readonly Errno _writeError;
    readonly Errno _targetError;
    readonly PosixStat _target;

    /// <summary>Looks. To be called as the caller.</summary>
    /// <param name="path">The target.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="probe">A path in the directory that nobody uses.</param>
    public PosixTarget(string path, string directory, string probe)
    {
        _directoryError = Posix.StatFollowing(directory, out _directory);
        if (_directoryError != Errno.None || !_directory.IsDirectory)
            return;

        _targetError = Posix.Stat(path, out _target);
        _writeError = Posix.MayWriteIn(directory, probe);
    }

    /// <summary>What stands in the way, or null.</summary>
    public Failure? Fault(DiskOperation checking, bool overwrite)
    {
        if (_directoryError != Errno.None)
            return checking.Refused(_directoryError);
        if (!_directory.IsDirectory)
            return checking.Refused(Errno.ENOTDIR);
        if (_targetError is not (Errno.None or Errno.ENOENT))
            return checking.Refused(_targetError);
        if (_targetError == Errno.None && FaultOfExisting(checking, overwrite) is { } fault)
            return fault;
        return _writeError == Errno.None ? null : checking.Refused(_writeError);
    }

    Failure? FaultOfExisting(DiskOperation checking, bool overwrite)
    {
        if (_target is { IsRegular: false, IsSymbolicLink: false })
            return checking.NotAFile(_target);
        if (!overwrite)
            return checking.Refused(Errno.EEXIST);

        var uid = checking.Caller.Uid;
        return _directory.IsSticky && uid != 0 && uid != _target.Uid && uid != _directory.Uid
            ? checking.Fails(HResults.E_ACCESSDENIED, $"the file belongs to uid {_target.Uid}, and in the sticky directory "
                + $"{checking.Directory} only its owner may replace it; choose another name or directory")
            : null;
    }
}
