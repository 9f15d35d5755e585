using Haul.Engine.Platform;

namespace Haul.UnitTests.World;

/// <summary>Secret boxes that all have the same key, as an agent's has from run to run.</summary>
static class TestSecrets
{
    static readonly byte[] _key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    public static SecretBox Open() => Open(_key);

    /// <summary>A box with another key: the key file was lost and made anew.</summary>
    public static SecretBox OpenOther() => Open([.. _key.Reverse()]);

    static SecretBox Open(byte[] key)
    {
        var path = Path.Combine(Path.GetTempPath(), $"haul-key-{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(path, options))
            file.Write(key);
        try
        {
            Assert.Null(SecretBox.Open(path, out var box));
            return box!;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
