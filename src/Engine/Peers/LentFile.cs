using Haul.Engine.Platform;

namespace Haul.Engine.Peers;

/// <summary>An open file that is lent to whoever sends from it, and closed once its owner and all of those have let go. Any thread.</summary>
/// <remarks>Every <see cref="IDisposable.Dispose"/> gives back one loan; the owner's, with which it begins, is the last that can be taken.</remarks>
sealed class LentFile(IDiskFile file) : IDisposable
{
    int _loans = 1;

    public IDiskFile File => file;

    /// <summary>Somebody besides the owner has it now.</summary>
    public bool IsLent => Volatile.Read(ref _loans) > 1;

    /// <summary>Lends it once more; null where it is closed.</summary>
    public LentFile? Lend()
    {
        while (Volatile.Read(ref _loans) is var loans and > 0)
        {
            if (Interlocked.CompareExchange(ref _loans, loans + 1, loans) == loans)
                return this;
        }
        return null;
    }

    /// <summary>Gives back one loan.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _loans) == 0)
            file.Dispose();
    }
}
