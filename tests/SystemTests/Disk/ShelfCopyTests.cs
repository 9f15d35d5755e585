using System.Runtime.Versioning;
using Haul.Engine.Platform;

namespace Haul.SystemTests.Disk;

/// <summary>A copy on the shelf is a file of its own.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ShelfCopyTests : IDisposable
{
    readonly TestDirectory _directory = new();

    [Fact]
    public void A_copy_does_not_write_to_a_file_that_has_its_name_on_the_shelf()
    {
        var name = new string('a', 64);
        var disk = LocalDisk.OfThisMachine(TimeProvider.System);
        var shelfPath = Path.Combine(_directory.Path, "contents");
        Assert.Null(ShelfDirectory.Open(shelfPath, out var shelf));
        using var users = Make(disk, "users", [1, 2, 3]);
        using var other = Make(disk, "other", [4, 5, 6]);
        Assert.SkipUnless(shelf!.Link(users, name) is null, "No file is given a further name here.");

        Assert.Null(shelf.Copy(other, name, TestContext.Current.CancellationToken));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Combine(_directory.Path, "users")));
        Assert.Equal([4, 5, 6], File.ReadAllBytes(Assert.Single(Directory.GetFiles(shelfPath))));
    }

    IDiskFile Make(IDisk disk, string name, byte[] bytes)
    {
        Assert.Null(disk.Create(PeerCredentials.Current(), Path.Combine(_directory.Path, name), out var file));
        Assert.Null(file!.Write(0, bytes));
        return file;
    }

    public void Dispose() => _directory.Dispose();
}
