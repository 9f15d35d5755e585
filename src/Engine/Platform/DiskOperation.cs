using System.Globalization;
using System.Text;
using Haul.Protocol.Contract;

namespace Haul.Engine.Platform;

/// <summary>What is being done to which path for whom: all that a failure's text must name.</summary>
/// <param name="Doing">The verb, as in "creating /srv/a".</param>
/// <param name="Path">The file.</param>
/// <param name="Caller">For whom.</param>
/// <param name="ChangesDirectory">Whether the right that counts is that to write in the directory.</param>
sealed record DiskOperation(string Doing, string Path, Caller Caller, bool ChangesDirectory)
{
    /// <summary>Bytes that one name may have (NAME_MAX of every file system in use).</summary>
    const int NameBytesMax = 255;

    public static DiskOperation Checking(string path, Caller caller) => new("checking", path, caller, ChangesDirectory: true);
    public static DiskOperation Creating(string path, Caller caller) => new("creating", path, caller, ChangesDirectory: true);
    public static DiskOperation Opening(string path, Caller caller) => new("opening", path, caller, ChangesDirectory: false);
    public static DiskOperation Placing(string path, Caller caller) => new("placing", path, caller, ChangesDirectory: true);
    public static DiskOperation Deleting(string path, Caller caller) => new("deleting", path, caller, ChangesDirectory: true);
    public static DiskOperation Allocating(string path, Caller caller) => new("allocating", path, caller, ChangesDirectory: false);
    public static DiskOperation Writing(string path, Caller caller) => new("writing", path, caller, ChangesDirectory: false);
    public static DiskOperation Reading(string path, Caller caller) => new("reading", path, caller, ChangesDirectory: false);
    public static DiskOperation Giving(string path, Caller caller) => new("giving away", path, caller, ChangesDirectory: false);
    public static DiskOperation Flushing(string path, Caller caller) => new("flushing", path, caller, ChangesDirectory: false);

    /// <summary>The directory of the file.</summary>
    public string Directory => System.IO.Path.GetDirectoryName(Path) ?? Path;

    /// <summary>The file's name in its directory.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    string Who => $"uid {Caller.Uid} ({Caller.Name})";

    /// <summary>What is wrong with the path as a text, before any disk is asked.</summary>
    public Failure? NameFault()
    {
        if (Path.Contains('\0', StringComparison.Ordinal) || !IsUnicode(Path))
            return Fails(HResults.ERROR_INVALID_NAME, "the name holds a character that no file name can hold; choose another name");
        if (!System.IO.Path.IsPathFullyQualified(Path))
            return Fails(HResults.ERROR_INVALID_NAME, "the path is relative, and the agent has no directory to start from; give the full path");
        if (Name is "" or "." or "..")
            return Fails(HResults.ERROR_INVALID_NAME, "the path names a directory; add the name of the file");
        if (Encoding.UTF8.GetByteCount(Name) > NameBytesMax)
            return Fails(HResults.ERROR_FILENAME_EXCED_RANGE, $"the name is longer than {NameBytesMax} bytes; choose a shorter one");
        return null;
    }

    /// <summary>The failure of a refused call.</summary>
    /// <param name="error">What the kernel said.</param>
    /// <param name="wantedBytes">The room asked for, where it is known.</param>
    public Failure Refused(Errno error, long wantedBytes = 0) => error switch
    {
        Errno.ENOENT or Errno.ENOTDIR => Missing(error),
        Errno.EIO when Doing == "reading" => Fails(HResults.ERROR_READ_FAULT, error, CauseOf(error, wantedBytes)),
        _ => Fails(PosixErrors.CodeOf(error), error, CauseOf(error, wantedBytes)),
    };

    /// <summary>The failure of an agent that cannot become the caller.</summary>
    public Failure NotTheCaller() => OperatingSystem.IsWindows()
        ? Fails(HResults.E_ACCESSDENIED, $"the agent cannot act as {Who}")
        : Fails(HResults.E_ACCESSDENIED,
            $"the agent runs as uid {AgentIdentity.Uid} and cannot act as {Who}; run an agent as that user, or the one of the system as root");

    /// <summary>The failure of a path under which another file stands than the one made there.</summary>
    public Failure Replaced() => Fails(HResults.ERROR_FILE_INVALID,
        "another file stands there than the one that was made; it was left alone: move it away, or cancel the job");

    /// <summary>The failure of a file that is no plain file.</summary>
    public Failure NotAFile(PosixStat stat) => stat.IsSymbolicLink
        ? Refused(Errno.ELOOP)
        : Fails(HResults.E_ACCESSDENIED, stat.IsDirectory
            ? "a directory of that name stands there; choose another name"
            : "a device, pipe or socket stands there; choose another name");

    /// <summary>The failure of reading past the end.</summary>
    public Failure TooShort(long offset, int wantedBytes) => Fails(HResults.ERROR_HANDLE_EOF, string.Create(CultureInfo.InvariantCulture,
        $"the file ends before {wantedBytes} bytes at offset {offset}; another program cut it: download it again"));

    /// <summary>A failure of this operation.</summary>
    public Failure Fails(HResult code, string cause) => new(code, $"{Doing} {Path}: {cause}");

    Failure Fails(HResult code, Errno error, string cause) =>
        new(code, $"{(Enum.IsDefined(error) ? error.ToString() : $"errno {(int)error}")} {Doing} {Path}: {cause}");

    Failure Missing(Errno error) => (IsDirectoryThere(), Doing) switch
    {
        (false, _) => Fails(HResults.ERROR_PATH_NOT_FOUND, error, $"directory {Directory} does not exist; create it or choose another directory"),
        (_, "creating") => Fails(HResults.ERROR_PATH_NOT_FOUND, error, $"directory {Directory} takes no files; choose another directory"),
        _ => Fails(HResults.ERROR_FILE_NOT_FOUND, error, "the file is gone; another program removed it: download it again"),
    };

    bool IsDirectoryThere() => System.IO.Directory.Exists(Directory);

    string CauseOf(Errno error, long wantedBytes) => error switch
    {
        Errno.EACCES or Errno.EPERM when ChangesDirectory =>
            $"directory {Directory} is not writable by {Who}; grant write access or choose another directory",
        Errno.EACCES or Errno.EPERM => $"the file may not be read and written by {Who}; grant access or cancel the job",
        Errno.EEXIST => "a file of that name exists; remove it, choose another name or allow it to be overwritten",
        Errno.EISDIR => "a directory of that name stands there; choose another name",
        Errno.ELOOP => "a symbolic link stands there, which is not followed; remove it or name the file it leads to",
        Errno.ENOSPC => $"the file system of {Directory} is full ({Room(wantedBytes)}); free space and resume",
        Errno.EDQUOT => $"the disk quota of {Who} on the file system of {Directory} is used up; free space or raise the quota, and resume",
        Errno.EROFS => $"the file system of {Directory} is read-only; remount it writable or choose another directory",
        Errno.EIO => "the device reported an error; check the disk and the system's log",
        Errno.EMFILE => "the agent has too many files open; raise its limit (LimitNOFILE) or run fewer jobs at once",
        Errno.ENFILE => "the system has too many files open; raise fs.file-max or close programs",
        Errno.ENAMETOOLONG => "the path is too long for the file system; choose a shorter one",
        Errno.EXDEV => "the directory changed its file system meanwhile; resume",
        Errno.EINVAL => "the file system does not accept this name; choose another one",
        Errno.EFBIG => "the file is larger than the file system can hold; choose another directory",
        Errno.ESTALE => "the file server no longer knows the file; resume once the share is mounted again",
        Errno.EBUSY or Errno.ETXTBSY or Errno.EAGAIN => "another program holds the file; close it and resume",
        _ => "the file system refused; check the system's log",
    };

    string Room(long wantedBytes)
    {
        var free = FreeBytes() is { } bytes ? $"{ByteText.Of(bytes)} free" : "free space unknown";
        return wantedBytes > 0 ? $"{free}, {ByteText.Of(wantedBytes)} wanted" : free;
    }

    long? FreeBytes()
    {
        try
        {
            return new DriveInfo(Directory).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    static bool IsUnicode(string text)
    {
        // Half a surrogate pair has no UTF-8 form: the kernel would get another name than the caller wrote.
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
                continue;
            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
                return false;
            at++;
        }

        return true;
    }
}
