using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.SimulationTests.Sites;

/// <summary>One end of a connection between two machines of a site, plain or in real TLS.</summary>
sealed class SiteStream(SiteNet net, SitePipe outgoing, SitePipe incoming) : IPeerStream
{
    SslStream? _tls;
    bool _isShaking;
    bool _isOver;

    public IPEndPoint Remote => outgoing.To.At;

    public IPEndPoint Local => outgoing.From.At;

    /// <summary>The life that has this end.</summary>
    public SiteEnd End => outgoing.From;

    /// <summary>The life that has the other.</summary>
    public SiteEnd Other => outgoing.To;

    public ValueTask<int> PeekAsync(CancellationToken cancel) => incoming.PeekAsync(cancel);

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            return _tls is { } tls ? await tls.ReadAsync(buffer, cancel) : await ReceiveAsync(buffer, cancel);
        }
        catch (Exception e) when (SocketStream.IsBreak(e))
        {
            return -1;
        }
    }

    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        net.Watch.Says(this, bytes.Span);
        try
        {
            if (_tls is not { } tls)
                return await SendAsync(bytes, cancel);
            await tls.WriteAsync(bytes, cancel);
            return true;
        }
        catch (Exception e) when (SocketStream.IsBreak(e))
        {
            return false;
        }
    }

    public async ValueTask<bool> SendFileAsync(ReadOnlyMemory<byte> header, IDiskFile file, long offset, int count, CancellationToken cancel)
    {
        var bytes = new byte[header.Length + count];
        header.CopyTo(bytes);
        if (file.Read(offset, bytes.AsSpan(header.Length)) is not null)
            return false;
        net.Watch.Gives(this, offset, bytes.AsSpan(header.Length));
        try
        {
            return await WriteAsync(bytes, cancel);
        }
        finally
        {
            net.Watch.Gave(this);
        }
    }

    public async ValueTask<(byte[]? PeerPublicKey, Failure? Failure)> StartTlsAsync(X509Certificate2 own, bool asServer, CancellationToken cancel)
    {
        var tls = new SslStream(new SiteTlsBytes(this, outgoing.From.Lane));
        _isShaking = true;
        var failure = await PeerTls.StartAsync(tls, own, asServer, Remote, cancel);
        _isShaking = false;
        if (failure is null && tls.RemoteCertificate is X509Certificate2 peer)
        {
            _tls = tls;
            return (peer.PublicKey.ExportSubjectPublicKeyInfo(), null);
        }
        await tls.DisposeAsync();
        return (null, failure ?? PeerTls.NoCertificate(Remote));
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOver)
            return;
        _isOver = true;
        net.Close(this);
        outgoing.End();
        incoming.Break();
        if (_tls is { } tls)
            await tls.DisposeAsync();
    }

    /// <summary>Reads what comes over the wire.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel) => incoming.ReadAsync(buffer, cancel);

    /// <summary>Writes what goes over the wire. While hands are shaken it takes no time of the lines: signatures are not always of one length.</summary>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => outgoing.WriteAsync(bytes, takesLine: !_isShaking, cancel);

    /// <summary>The machine at this end is gone without a word to its own programs.</summary>
    public void Break()
    {
        outgoing.Break();
        incoming.Break();
    }

    /// <summary>The machines reach each other again.</summary>
    public void Heal()
    {
        outgoing.Heal();
        incoming.Heal();
    }
}
