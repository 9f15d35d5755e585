using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Memory;

/// <summary>Hashes with a secret of the process in them, for keys that strangers choose: nobody can make many that meet in one bucket.</summary>
/// <remarks>The framework's hash of numbers folds their halves into each other first, which is no secret; that of texts (Marvin) is made
/// for this.</remarks>
static class SecretHash
{
    public static int Of(UInt128 key) => OfBits(key);

    /// <summary>Of a swarm with its group.</summary>
    public static int Of(in SwarmKey key) => OfBits(key);

    /// <summary>Of a peer in a swarm.</summary>
    public static int Of(int swarm, UInt128 peer) => OfBits((peer, (UInt128)(uint)swarm));

    static int OfBits<T>(T key)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, char>(ref key), Unsafe.SizeOf<T>() / sizeof(char));
        return string.GetHashCode(bytes);
    }
}
