namespace Haul.Engine.Platform;

/// <summary>What the file system says about a file.</summary>
/// <param name="Identity">Device and inode.</param>
/// <param name="Mode">Type and permission bits, as in st_mode.</param>
/// <param name="Uid">The owner.</param>
/// <param name="Length">Bytes.</param>
readonly record struct PosixStat(FileIdentity Identity, uint Mode, uint Uid, long Length)
{
    /// <summary>When it was last written, in nanoseconds since 1970.</summary>
    public long ModifiedAt { get; init; }

    /// <summary>When it or what is told of it was last changed, in nanoseconds since 1970: nobody can set this.</summary>
    public long ChangedAt { get; init; }

    /// <summary>Names that it has.</summary>
    public uint Links { get; init; }

    public FileState State => new(Identity, Length, ModifiedAt, Links) { ChangedAt = ChangedAt };

    const uint TypeBits = 0xF000;

    public bool IsRegular => (Mode & TypeBits) == 0x8000;
    public bool IsDirectory => (Mode & TypeBits) == 0x4000;
    public bool IsSymbolicLink => (Mode & TypeBits) == 0xA000;
    public bool IsSocket => (Mode & TypeBits) == 0xC000;

    /// <summary>In such a directory only the owner of a file, or of the directory, may rename and remove it.</summary>
    public bool IsSticky => (Mode & 0x200) != 0;

    /// <summary>The twelve bits that chmod sets.</summary>
    public uint Permissions => Mode & 0xFFF;
}
