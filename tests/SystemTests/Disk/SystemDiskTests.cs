using System.Runtime.Versioning;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.SystemTests.Disk;

/// <summary>The real disk, used by the user of the tests.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SystemDiskTests : DiskContract, IDisposable
{
    readonly TestDirectory _directory = new();

    private protected override IDisk Disk { get; } = LocalDisk.OfThisMachine(TimeProvider.System);
    private protected override Caller Caller { get; } = PeerCredentials.Current();
    private protected override string Directory => _directory.Path;
    private protected override void MakeDirectory(string path) => System.IO.Directory.CreateDirectory(path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Every_write_is_told_by_a_time_that_nobody_can_set()
    {
        using var file = Create("a");
        Assert.Null(file.Write(0, "abc"u8));
        var before = file.State!.Value;
        // The system's clock for files goes in steps.
        while (file.State!.Value.ChangedAt == before.ChangedAt)
            Assert.Null(file.Write(0, "abd"u8));
        var written = file.State.Value;
        File.SetLastWriteTimeUtc(Path.Combine(Directory, "a"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.True(written.ChangedAt > before.ChangedAt);
        Assert.True(file.State.Value.ModifiedAt < before.ModifiedAt);
        Assert.True(file.State.Value.ChangedAt >= written.ChangedAt);
        Assert.False(file.State.Value.IsSameAs(written));
        Assert.True((written with { ChangedAt = 1, Links = 7 }).IsSameAs(written));
    }

    [Fact]
    public void A_new_file_has_its_mode_whatever_the_umask_of_the_process()
    {
        Assert.Equal(Errno.None, Posix.CreateExclusive(At("a"), 0b110_110_110, out var fd, out _));
        Posix.Close(fd);
        Assert.Equal(0b110_110_110, (int)File.GetUnixFileMode(At("a")));
        Create("b").Dispose();
        Assert.Equal(0b110_100_100, (int)File.GetUnixFileMode(At("b")));
    }

    [Fact]
    public void A_check_leaves_nothing_behind()
    {
        Assert.Null(Disk.CheckTarget(Caller, At("a"), overwrite: false));
        Assert.Equal(Errno.None, Posix.Probe(At(SystemDisk.TemporaryName())));
        Assert.Empty(System.IO.Directory.EnumerateFileSystemEntries(Directory));
    }

    [Fact]
    public void A_file_is_not_made_through_a_symbolic_link()
    {
        File.CreateSymbolicLink(At("link"), At("elsewhere"));
        Fails(HResults.ERROR_FILE_EXISTS, "link", Disk.Create(Caller, At("link"), out _));
        Assert.False(File.Exists(At("elsewhere")));
    }

    [Fact]
    public void A_symbolic_link_is_neither_opened_nor_placed()
    {
        using var file = Create("a");
        File.CreateSymbolicLink(At("link"), At("a"));
        Fails(HResults.E_ACCESSDENIED, "link", Disk.Open(Caller, At("link"), file.Identity, out _));
        var failure = Disk.Place(Caller, At("link"), At("b"), overwrite: false);
        Fails(HResults.E_ACCESSDENIED, "link", failure);
        Assert.Contains("symbolic link", failure!.Text, StringComparison.Ordinal);
        Assert.False(File.Exists(At("b")));
    }

    [Fact]
    public void A_link_that_is_replaced_by_a_placed_file_keeps_its_target_as_it_was()
    {
        using var file = Create("a");
        File.WriteAllText(At("target"), "kept");
        File.CreateSymbolicLink(At("link"), At("target"));
        Assert.Null(Disk.Place(Caller, At("a"), At("link"), overwrite: true));
        Open("link", file.Identity).Dispose();
        Assert.Equal("kept", File.ReadAllText(At("target")));
    }

    [Fact]
    public void A_pipe_is_neither_waited_for_nor_a_target()
    {
        Native.Pipe(At("pipe"));
        Fails(HResults.E_ACCESSDENIED, "pipe", Disk.Open(Caller, At("pipe"), default, out _));
        Fails(HResults.E_ACCESSDENIED, "pipe", Disk.CheckTarget(Caller, At("pipe"), overwrite: true));
    }

    [Fact]
    public void Files_move_exclusively_where_the_file_system_has_only_links()
    {
        using var file = Create("a");
        Create("taken").Dispose();
        Assert.Equal(Errno.EEXIST, PosixPlacement.MoveByLink(At("a"), At("taken")));
        Assert.Equal(Errno.None, PosixPlacement.MoveByLink(At("a"), At("b")));
        Open("b", file.Identity).Dispose();
        Assert.False(File.Exists(At("a")));
    }

    [Fact]
    public void Files_move_exclusively_where_the_file_system_has_not_even_links()
    {
        using var file = Create("a");
        Create("taken").Dispose();
        Assert.Equal(Errno.EEXIST, PosixPlacement.MoveByReserving(At("a"), At("taken")));
        Assert.Equal(Errno.None, PosixPlacement.MoveByReserving(At("a"), At("b")));
        Open("b", file.Identity).Dispose();
        Assert.False(File.Exists(At("a")));
        Assert.Equal(Errno.ENOENT, PosixPlacement.MoveByReserving(At("gone"), At("c")));
        Assert.False(File.Exists(At("c")));
    }

    [Fact]
    public void A_path_with_a_file_in_it_where_a_directory_should_be_is_not_found()
    {
        Create("file").Dispose();
        Fails(HResults.ERROR_PATH_NOT_FOUND, "file/a", Disk.Create(Caller, At("file/a"), out _));
    }

    [Fact]
    public void A_path_that_is_too_long_as_a_whole_says_so()
    {
        var path = At(string.Join('/', Enumerable.Repeat(new string('d', 200), 30)));
        Assert.Equal(HResults.ERROR_FILENAME_EXCED_RANGE, Disk.CheckTarget(Caller, path, overwrite: false)?.Code);
        Assert.Equal(HResults.ERROR_FILENAME_EXCED_RANGE, Disk.Create(Caller, path, out _)?.Code);
    }

    [Fact]
    public void Too_much_space_is_refused_and_the_length_stays()
    {
        using var file = Create("a");
        Assert.Null(file.Allocate(1000));
        Assert.Contains(file.Allocate(long.MaxValue)!.Code, new[] { HResults.ERROR_FILE_TOO_LARGE, HResults.ERROR_DISK_FULL });
        Assert.Equal(1000, file.Length);
    }
}
