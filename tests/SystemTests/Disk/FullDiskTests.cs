using System.Runtime.Versioning;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.SystemTests.Disk;

/// <summary>File systems that are full, read-only, or not the one where the file was made.</summary>
[SupportedOSPlatform("linux")]
public sealed class FullDiskTests
{
    const int Kibi = 1024;
    readonly IDisk _disk = LocalDisk.OfThisMachine(TimeProvider.System);

    [RootFact]
    public void Allocating_more_than_there_is_fails_at_once_and_changes_nothing()
    {
        using var volume = new MemoryVolume(kibibytes: 1024);
        using var file = Create(volume.At("a"));
        Assert.Null(file.Write(0, "abc"u8));

        var failure = file.Allocate(4096 * Kibi);
        Assert.Equal(HResults.ERROR_DISK_FULL, failure?.Code);
        Assert.StartsWith($"ENOSPC allocating {volume.At("a")}: the file system of ", failure!.Text, StringComparison.Ordinal);
        Assert.Matches(@" is full \([0-9.]+ (K|M)iB free, 4\.0 MiB wanted\); free space and resume$", failure.Text);
        Assert.Equal(3, file.Length);
        Assert.Null(file.Allocate(512 * Kibi));
        Assert.Equal(512 * Kibi, file.Length);
    }

    [RootFact]
    public void Writing_to_a_full_disk_fails_and_goes_on_once_space_is_freed()
    {
        using var volume = new MemoryVolume(kibibytes: 256);
        using var file = Create(volume.At("a"));
        FileIdentity ballast;
        using (var other = Create(volume.At("ballast")))
        {
            Assert.Null(other.Allocate(200 * Kibi));
            ballast = other.Identity;
        }

        var bytes = new byte[128 * Kibi];
        Assert.Equal(HResults.ERROR_DISK_FULL, file.Write(0, bytes)?.Code);
        Assert.Null(_disk.Delete(TestUsers.First, volume.At("ballast"), ballast));
        Assert.Null(file.Write(0, bytes));
        Assert.Equal(bytes.Length, file.Length);
    }

    [RootFact]
    public void A_read_only_file_system_says_so()
    {
        using var volume = new MemoryVolume(kibibytes: 256);
        FileIdentity identity;
        using (var file = Create(volume.At("a")))
            identity = file.Identity;
        volume.BecomeReadOnly();

        Assert.Equal(HResults.ERROR_WRITE_PROTECT, _disk.CheckTarget(TestUsers.First, volume.At("b"), overwrite: false)?.Code);
        Assert.Equal(HResults.ERROR_WRITE_PROTECT, _disk.Create(TestUsers.First, volume.At("b"), out _)?.Code);
        Assert.Equal(HResults.ERROR_WRITE_PROTECT, _disk.Delete(TestUsers.First, volume.At("a"), identity)?.Code);
        Assert.Equal(HResults.ERROR_WRITE_PROTECT, _disk.Place(TestUsers.First, volume.At("a"), volume.At("b"), overwrite: false)?.Code);
    }

    [RootFact]
    public void A_file_is_copied_where_the_target_lies_on_another_file_system()
    {
        using var near = new MemoryVolume(kibibytes: 8192);
        using var far = new MemoryVolume(kibibytes: 8192);
        var bytes = Enumerable.Range(0, 2500 * Kibi).Select(at => (byte)(at * 31 >> 3)).ToArray();
        using (var file = Create(near.At("a")))
            Assert.Null(file.Write(0, bytes));

        Assert.Null(_disk.Place(TestUsers.First, near.At("a"), far.At("b"), overwrite: false));
        Assert.Equal(bytes, File.ReadAllBytes(far.At("b")));
        Assert.False(File.Exists(near.At("a")));
        Assert.Equal(Errno.None, Posix.Stat(far.At("b"), out var stat));
        Assert.Equal(TestUsers.First.Uid, stat.Uid);
    }

    [RootFact]
    public void A_copy_that_fails_leaves_the_source_and_nothing_else()
    {
        using var near = new MemoryVolume(kibibytes: 2048);
        using var far = new MemoryVolume(kibibytes: 512);
        using var file = Create(near.At("a"));
        Assert.Null(file.Allocate(1024 * Kibi));
        Create(far.At("taken")).Dispose();

        Assert.Equal(HResults.ERROR_DISK_FULL, _disk.Place(TestUsers.First, near.At("a"), far.At("b"), overwrite: false)?.Code);
        Assert.Null(file.Allocate(10));
        Assert.Equal(HResults.ERROR_FILE_EXISTS, _disk.Place(TestUsers.First, near.At("a"), far.At("taken"), overwrite: false)?.Code);
        Assert.Equal([far.At("taken")], Directory.EnumerateFileSystemEntries(far.At("")));
        Assert.True(File.Exists(near.At("a")));
    }

    IDiskFile Create(string path)
    {
        Assert.Null(_disk.Create(TestUsers.First, path, out var file));
        return file!;
    }
}
