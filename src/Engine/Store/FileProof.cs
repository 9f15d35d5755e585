using System.Buffers;
using System.Security.Cryptography;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.Engine.Store;

/// <summary>Holds a whole file against the digest that was recorded when it was last known to be right.</summary>
static class FileProof
{
    /// <summary>Read at a time.</summary>
    const int ReadSize = 1 << 20;

    /// <summary>The code of a file that is not what was recorded.</summary>
    public static readonly HResult Damaged = HResults.BG_E_VALIDATION_FAILED;

    /// <summary>Why the file is not the recorded one, or could not be read; null when it is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">Its recorded length.</param>
    /// <param name="sha256">Its recorded digest, lower-case hexadecimal.</param>
    public static Failure? Refuse(IDiskFile file, long length, string? sha256)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = ArrayPool<byte>.Shared.Rent(ReadSize);
        Failure? failure = null;
        for (long at = 0; failure is null && at < length && length == file.Length; at += ReadSize)
        {
            var part = bytes.AsSpan(0, (int)Math.Min(ReadSize, length - at));
            failure = file.Read(at, part);
            hash.AppendData(part);
        }
        ArrayPool<byte>.Shared.Return(bytes);
        if (failure is not null)
            return failure;
        return length == file.Length && Convert.ToHexStringLower(hash.GetHashAndReset()) == sha256 ? null : new Failure(Damaged,
            "the file lost bytes since it was fetched, as after a power cut; it is fetched again: wait until the job has transferred, or resume it, then complete it");
    }
}
