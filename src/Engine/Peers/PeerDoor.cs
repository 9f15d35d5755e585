using System.Buffers.Binary;
using System.Security.Cryptography;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Peers;

/// <summary>Where a stream becomes a connection: TLS where the group wants it, then the handshake, within a time. Immutable.</summary>
sealed class PeerDoor(PeerIdentity own, GroupKey? group, ushort listenPort, TimeProvider time)
{
    /// <summary>Told when the first byte of one who connected is there.</summary>
    public Action Heard { get; init; } = static () => { };

    /// <summary>The number of the connection, where we make it.</summary>
    public ulong Number { get; init; }

    /// <summary>Whether to go on with a peer, asked before anything is proved to it; in plain, before it has proved anything.</summary>
    public Func<PeerId, bool> Suits { get; init; } = static _ => true;

    /// <summary>A peer that is slower ties up a place that another could have.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(10);

    // The first byte of a record of TLS, and of a frame, which is never so long that its length would begin otherwise.
    const int TlsRecord = 0x16;
    const int FrameLength = 0;

    GroupTransport Transport => group?.Transport ?? GroupTransport.Tls;

    /// <summary>Opens a connection; on failure the stream is closed, without a word.</summary>
    /// <param name="stream">Nothing was read or written on it yet.</param>
    /// <param name="isInitiator">We made it.</param>
    /// <param name="cancel">Ends it, with an <see cref="OperationCanceledException"/>.</param>
    public async ValueTask<(PeerConnection? Connection, Failure? Failure)> OpenAsync(IPeerStream stream, bool isInitiator, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(TimeMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        PeerConnection? connection = null;
        try
        {
            var (session, failure) = await ShakeAsync(stream, isInitiator, either.Token);
            connection = session is null ? null : new PeerConnection(stream, session);
            return (connection, failure);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return (null, new Failure(DO_E_LOST_CONNECTION, $"{stream.Remote} did not shake hands within {TimeMax.TotalSeconds} s"));
        }
        finally
        {
            if (connection is null)
                await stream.DisposeAsync();
        }
    }

    async ValueTask<(PeerSession? Session, Failure? Failure)> ShakeAsync(IPeerStream stream, bool isInitiator, CancellationToken cancel)
    {
        // Who only connects and says nothing costs us no TLS.
        var wanted = Transport == GroupTransport.Tls ? TlsRecord : FrameLength;
        if (!isInitiator)
        {
            var first = await stream.PeekAsync(cancel);
            if (first != wanted)
                return (null, first < 0 ? Lost(stream) : new Failure(DO_E_UNRECOGNIZED_CONN, $"{stream.Remote} does not speak {Transport.ToString().ToLowerInvariant()} as this agent's group does"));
            Heard();
        }
        byte[]? certificateKey = null;
        if (Transport == GroupTransport.Tls)
        {
            (certificateKey, var failure) = await stream.StartTlsAsync(own.Certificate, asServer: !isInitiator, cancel);
            if (failure is not null)
                return (null, failure);
        }
        return await SpeakAsync(stream, new PeerHandshake(new HandshakeTerms
        {
            Own = own,
            Group = group,
            IsInitiator = isInitiator,
            CertificateKey = certificateKey,
            Nonce = MakeNonce(),
            ListenPort = listenPort,
            Suits = Suits,
        }), cancel);
    }

    // Chance that decides nothing: whatever it is, the same happens.
    byte[] MakeNonce()
    {
        var nonce = RandomNumberGenerator.GetBytes(PeerLimits.NonceBytes);
        BinaryPrimitives.WriteUInt64BigEndian(nonce, Number);
        return nonce;
    }

    static async ValueTask<(PeerSession? Session, Failure? Failure)> SpeakAsync(IPeerStream stream, PeerHandshake handshake, CancellationToken cancel)
    {
        var step = new HandshakeStep(handshake.Start(), null, null);
        while (true)
        {
            if (step.Answer is { } answer && !await stream.WriteAsync(PeerCodec.Write(answer), cancel))
                return (null, Lost(stream));
            if (step.Session is not null)
                return (step.Session, null);
            var message = await ReadAsync(stream, cancel);
            if (!message.Succeeded)
                return (null, message.Failure);
            step = handshake.Take(message.Value);
            if (step.Failure is { } failure)
                return (null, failure with { Text = $"{stream.Remote}: {failure.Text}" });
        }
    }

    // To the byte: what comes behind the handshake is for the connection.
    static async ValueTask<Outcome<PeerMessage>> ReadAsync(IPeerStream stream, CancellationToken cancel)
    {
        var head = new byte[PeerFrame.HeadBytes];
        if (!await FillAsync(stream, head, cancel))
            return Lost(stream);
        var frame = PeerFrame.Read(head, isSealed: false);
        if (!frame.Succeeded)
            return frame.Failure;
        if (frame.Value.Kind is not (PeerMessageKind.Hello or PeerMessageKind.Proof))
            return new Failure(DO_E_INVALID_PEER_MSG, $"{stream.Remote} sent {frame.Value.Kind} in the handshake");
        var body = new byte[frame.Value.BodyBytes];
        return await FillAsync(stream, body, cancel) ? PeerCodec.Read(frame.Value, body) : Lost(stream);
    }

    static async ValueTask<bool> FillAsync(IPeerStream stream, Memory<byte> into, CancellationToken cancel)
    {
        while (into.Length > 0)
        {
            var read = await stream.ReadAsync(into, cancel);
            if (read <= 0)
                return false;
            into = into[read..];
        }
        return true;
    }

    static Failure Lost(IPeerStream stream) => new(DO_E_LOST_CONNECTION, $"{stream.Remote} closed the connection");
}
