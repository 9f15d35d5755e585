using System.Runtime.CompilerServices;

namespace Haul.SystemTests.Disk;

/// <summary>A test that needs root on Linux: real users, mounts and capabilities. Elsewhere it runs only when asked for by name.</summary>
sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Explicit = !TestUsers.AreAvailable;
}
