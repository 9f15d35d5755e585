namespace Haul.UnitTests.World;

/// <summary>A directory that is gone after the test.</summary>
sealed class TempDirectory : IDisposable
{
    readonly string _path = Directory.CreateTempSubdirectory("haul-").FullName;

    public string File(string name) => Path.Combine(_path, name);

    public string[] Files => Directory.GetFiles(_path);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
