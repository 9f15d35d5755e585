using Haul.Protocol.Contract;

namespace Haul.Protocol.Api;

/// <summary>A file of a job as it was at one moment.</summary>
/// <param name="Index">Its place in the job, from 0, in the order of adding.</param>
/// <param name="FileId">The id its adder gave it; unique in the job.</param>
/// <param name="RemoteName">The URL, without credentials.</param>
/// <param name="LocalName">The full path it will be placed under; of one to a stream, where its bytes are kept until they are read.</param>
/// <param name="Ranges">The wanted ranges; empty for the whole file.</param>
/// <param name="BytesTotal">Wanted bytes, or <see cref="ByteRange.UnknownSize"/>.</param>
/// <param name="BytesTransferred">Bytes that are here.</param>
/// <param name="IsTransferred">All wanted bytes are here and verified; of a file to a stream, the reader has them too.</param>
/// <param name="IsCompleted">The file stands under its local name (BG_FILE_PROGRESS.Completed), or its reader had all when the job was completed.</param>
/// <param name="TemporaryName">Where the bytes are kept until the file is placed; null before the first byte.</param>
/// <param name="Sha256">The digest of the whole local file, lower-case hexadecimal, once known.</param>
/// <param name="Validator">The ETag or Last-Modified the bytes belong to, once known.</param>
/// <param name="Connections">Connections that are bringing bytes now.</param>
/// <param name="Source">Where the bytes come from now, such as "origin 192.0.2.7"; null when idle.</param>
/// <param name="ResponseHeaders">The header lines of the server's last answer, or null.</param>
/// <param name="Integrity">Whether its pieces are checked; null where no check was asked for.</param>
/// <param name="IsToStream">Its bytes go to a reader and not to a path.</param>
/// <param name="ServerAddress">The IP address of the server that answered last; null before any answer, and behind a proxy.</param>
public sealed record FileSnapshot(
    int Index,
    string FileId,
    string RemoteName,
    string LocalName,
    IReadOnlyList<ByteRange> Ranges,
    ulong BytesTotal,
    ulong BytesTransferred,
    bool IsTransferred,
    bool IsCompleted,
    string? TemporaryName,
    string? Sha256,
    string? Validator,
    int Connections,
    string? Source,
    string? ResponseHeaders,
    FileIntegrity? Integrity = null,
    bool IsToStream = false,
    string? ServerAddress = null);
