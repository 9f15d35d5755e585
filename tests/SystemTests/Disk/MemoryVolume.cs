namespace Haul.SystemTests.Disk;

/// <summary>A small file system of its own, in memory, that every user may write in.</summary>
sealed class MemoryVolume : IDisposable
{
    readonly TestDirectory _directory = new();

    public MemoryVolume(int kibibytes) =>
        Native.Run("mount", "-t", "tmpfs", "-o", $"mode=1777,size={kibibytes}k", "haul-test", _directory.Path);

    public string At(string name) => _directory.At(name);

    public void BecomeReadOnly() => Native.Run("mount", "-o", "remount,ro", _directory.Path);

    public void Dispose()
    {
        Native.Run("umount", _directory.Path);
        _directory.Dispose();
    }
}
