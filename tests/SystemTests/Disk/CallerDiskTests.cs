using System.Runtime.Versioning;
using Haul.Engine.Platform;

namespace Haul.SystemTests.Disk;

/// <summary>The real disk, used by root for another user; where the tests are not root's, by their own user.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CallerDiskTests : DiskContract, IDisposable
{
    readonly TestDirectory _parent = new();

    public CallerDiskTests() => Directory = _parent.OwnedBy(Caller.Uid, Caller.Gid, "own");

    private protected override IDisk Disk { get; } = LocalDisk.OfThisMachine(TimeProvider.System);
    private protected override Caller Caller { get; } = TestUsers.AreAvailable ? TestUsers.First : PeerCredentials.Current();
    private protected override string Directory { get; }

    private protected override void MakeDirectory(string path)
    {
        System.IO.Directory.CreateDirectory(path);
        Native.Own(path, Caller.Uid, Caller.Gid);
    }

    public void Dispose() => _parent.Dispose();

    [Fact]
    public void Files_belong_to_the_caller()
    {
        Create("a").Dispose();
        Assert.Equal(Errno.None, Posix.Stat(At("a"), out var stat));
        Assert.Equal(Caller.Uid, stat.Uid);
        Assert.Equal(0b110_100_100u, stat.Permissions);
    }
}
