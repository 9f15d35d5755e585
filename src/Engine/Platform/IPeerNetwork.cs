using System.Net;
using System.Security.Cryptography.X509Certificates;
using Haul.Protocol.Contract;

namespace Haul.Engine.Platform;

/// <summary>The connections between agents.</summary>
interface IPeerNetwork
{
    /// <summary>Connects to an agent. Ends with an <see cref="OperationCanceledException"/> when it is cancelled; who waits sets the time.</summary>
    ValueTask<(IPeerStream? Stream, Failure? Failure)> ConnectAsync(IPEndPoint to, CancellationToken cancel);

    /// <summary>Takes connections; on the IPv6 address for all addresses, those of IPv4 too.</summary>
    /// <param name="at">Where; port 0 is any that is free.</param>
    /// <param name="accepted">Is given each connection, one after the other; it only notes it down, and owns it.</param>
    /// <param name="listener">Ends it; null on failure.</param>
    Failure? Listen(IPEndPoint at, Action<IPeerStream> accepted, out IPeerListener? listener);

    /// <summary>Connections with this certificate will be made soon: what the first of them would wait for is done by then. Returns at once.</summary>
    void Prepare(X509Certificate2 own)
    {
    }
}

/// <summary>A place where connections are taken, until it is disposed of.</summary>
interface IPeerListener : IAsyncDisposable
{
    /// <summary>Where it is.</summary>
    IPEndPoint Local { get; }
}

/// <summary>One connection to an agent. One may read and one may write at the same time.</summary>
/// <remarks>
/// What breaks on the way is told by values. A call that is cancelled ends with an <see cref="OperationCanceledException"/>; then part of it may
/// have been done, and the connection is good for nothing but to be disposed of.
/// </remarks>
interface IPeerStream : IAsyncDisposable
{
    /// <summary>Where the other side is. An address of IPv4 is one.</summary>
    IPEndPoint Remote { get; }

    /// <summary>Where this side is.</summary>
    IPEndPoint Local { get; }

    /// <summary>The first byte that is there, which stays there: 0 to 255, or -1 at the end or when broken. Not after <see cref="StartTlsAsync"/>.</summary>
    ValueTask<int> PeekAsync(CancellationToken cancel);

    /// <summary>Reads at least a byte: how many, 0 at the end, -1 when broken.</summary>
    /// <param name="buffer">Room for at least one.</param>
    /// <param name="cancel">Ends it.</param>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel);

    /// <summary>Writes all; false when broken.</summary>
    ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);

    /// <summary>Writes a head and bytes of a file behind it; false when broken, or when the file does not give them: then part of it may be written.</summary>
    /// <param name="header">What comes first.</param>
    /// <param name="file">The file, which stays open until this ends.</param>
    /// <param name="offset">Where in the file.</param>
    /// <param name="count">How many bytes.</param>
    /// <param name="cancel">Ends it.</param>
    ValueTask<bool> SendFileAsync(ReadOnlyMemory<byte> header, IDiskFile file, long offset, int count, CancellationToken cancel);

    /// <summary>So much may wait in the system, beyond what is under way, before a write waits; null for as much as the system likes. A hint.</summary>
    void LimitUnsent(int? bytes)
    {
    }

    /// <summary>Goes over to TLS 1.3 before anything was read or written, with a certificate on both sides. Any is taken: whose it is, the caller judges.</summary>
    /// <param name="own">Our certificate, with its private key.</param>
    /// <param name="asServer">We are the one who was connected to.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The key of the other's certificate (SubjectPublicKeyInfo), or why there is no TLS.</returns>
    ValueTask<(byte[]? PeerPublicKey, Failure? Failure)> StartTlsAsync(X509Certificate2 own, bool asServer, CancellationToken cancel);
}
