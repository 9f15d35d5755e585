namespace Haul.SystemTests.Disk;

/// <summary>A directory of one test that every user may pass through, removed with all that is in it.</summary>
sealed class TestDirectory : IDisposable
{
    public TestDirectory()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"haul-disk-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
        Native.Mode(Path, 0b111_101_101);
    }

    public string Path { get; }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes a directory that belongs to a user.</summary>
    public string OwnedBy(uint uid, uint gid, string name, int mode = 0b111_000_000)
    {
        var path = At(name);
        Directory.CreateDirectory(path);
        Native.Own(path, uid, gid);
        Native.Mode(path, mode);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
