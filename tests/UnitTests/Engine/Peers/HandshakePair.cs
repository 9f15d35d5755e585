using Haul.Engine.Peers;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>Two agents in a handshake, and somebody between them who may change what they say.</summary>
sealed class HandshakePair
{
    readonly List<byte[]> _said = [];

    public required HandshakeTerms Initiator { get; init; }

    public required HandshakeTerms Responder { get; init; }

    /// <summary>What the one between does with a frame: its number from 0, and its bytes.</summary>
    public Func<int, byte[], byte[]> Between { get; init; } = (_, frame) => frame;

    /// <summary>The frames, as they were sent.</summary>
    public IReadOnlyList<byte[]> Said => _said;

    public PeerSession? InitiatorGot { get; private set; }

    public PeerSession? ResponderGot { get; private set; }

    /// <summary>The first failure.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Agents of one group that are well, on a connection of a kind.</summary>
    public static HandshakePair Of(PeerIdentity initiator, PeerIdentity responder, GroupKey? group, bool isPlain) => new()
    {
        Initiator = TermsOf(initiator, responder, group, isPlain) with { IsInitiator = true, Nonce = PeerExamples.Run(1, 32), ListenPort = 7680 },
        Responder = TermsOf(responder, initiator, group, isPlain) with { Nonce = PeerExamples.Run(100, 32), ListenPort = 7681 },
    };

    public static HandshakeTerms TermsOf(PeerIdentity own, PeerIdentity peer, GroupKey? group, bool isPlain) => new()
    {
        Own = own,
        Group = group,
        IsInitiator = false,
        CertificateKey = isPlain ? null : peer.PublicKey,
        Nonce = PeerExamples.Run(50, 32),
    };

    /// <summary>Lets them speak until one has a failure or both have a session.</summary>
    public HandshakePair Run()
    {
        var (initiator, responder) = (new PeerHandshake(Initiator), new PeerHandshake(Responder));
        var next = initiator.Start();
        for (var isInitiatorsTurn = false; next is not null && Failure is null; isInitiatorsTurn = !isInitiatorsTurn)
            next = Hand(next, isInitiatorsTurn ? initiator : responder, isInitiatorsTurn);
        return this;
    }

    /// <summary>What a frame says, or null.</summary>
    public static PeerMessage? Read(byte[] frame)
    {
        var head = PeerFrame.Read(frame.AsSpan(0, PeerFrame.HeadBytes), isSealed: false);
        return head.Succeeded && head.Value.BodyBytes == frame.Length - PeerFrame.HeadBytes ? PeerCodec.Read(head.Value, frame.AsSpan(PeerFrame.HeadBytes)).Value : null;
    }

    PeerMessage? Hand(PeerMessage message, PeerHandshake to, bool isInitiator)
    {
        _said.Add(PeerCodec.Write(message));
        var frame = Between(_said.Count - 1, [.. _said[^1]]);
        if (Read(frame) is not { } heard)
        {
            Failure = new Failure(HResults.DO_E_INVALID_PEER_MSG, "The frame is none");
            return null;
        }
        var step = to.Take(heard);
        Failure = step.Failure;
        Assert.True(step.Failure is null || step is { Answer: null, Session: null });
        if (isInitiator)
            InitiatorGot = step.Session;
        else
            ResponderGot = step.Session;
        return step.Answer;
    }
}
