namespace Haul.SystemTests.Processes;

/// <summary>A fresh directory that is gone, with all in it, when the test ends.</summary>
sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("haul-test-").FullName;

    /// <summary>The path of <paramref name="name"/> in the directory; nothing is created.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A directory in it, created if need be.</summary>
    public string Subdirectory(string name) => Directory.CreateDirectory(File(name)).FullName;

    /// <summary>Lets every user of the machine read, write and list in it: agents may run as someone else.</summary>
    public TempDirectory OpenToAll()
    {
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(Path, (UnixFileMode)0b111_111_111);
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
