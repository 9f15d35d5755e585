using System.Buffers.Binary;
using System.Security.Cryptography;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Peers;

/// <summary>One side of the handshake of docs/peer-protocol.md; it is given messages and gives answers, and touches nothing else.</summary>
/// <remarks>
/// <code>
/// initiator: Start ──HELLO──►  wait for HELLO ──PROOF──► wait for PROOF ──► session
/// responder: wait for HELLO ──HELLO──► wait for PROOF ──PROOF──► session
/// </code>
/// Whatever else comes ends it, and an ended handshake takes nothing more. The responder checks before it proves anything.
/// </remarks>
sealed class PeerHandshake
{
    readonly HandshakeTerms _terms;
    readonly PeerMessage.Hello _own;
    PeerMessage.Hello? _peer;
    byte[] _transcript = [];
    ushort _version;
    bool _isOver;

    public PeerHandshake(HandshakeTerms terms)
    {
        _terms = terms;
        var flags = (terms.Group is null ? HelloFlags.None : HelloFlags.Group) | (IsPlain ? HelloFlags.Plain : HelloFlags.None);
        _own = new PeerMessage.Hello(PeerLimits.VersionMin, PeerLimits.VersionMax, terms.Nonce, flags, terms.ListenPort, terms.Own.PublicKey);
    }

    bool IsPlain => _terms.CertificateKey is null;

    static ReadOnlySpan<byte> Initiator => "haul1 initiator"u8;

    static ReadOnlySpan<byte> Responder => "haul1 responder"u8;

    /// <summary>What to send before anything comes: a HELLO of the initiator, and null of the responder, who says nothing to who says nothing.</summary>
    public PeerMessage? Start() => _terms.IsInitiator ? _own : null;

    /// <summary>Takes the next message of the peer.</summary>
    public HandshakeStep Take(PeerMessage message)
    {
        var step = (_isOver, _peer, message) switch
        {
            (false, null, PeerMessage.Hello hello) => TakeHello(hello),
            (false, not null, PeerMessage.Proof proof) => TakeProof(proof),
            _ => Refuse(DO_E_INVALID_PEER_MSG, $"sent {message.GetType().Name} out of turn"),
        };
        _isOver |= step.Failure is not null || step.Session is not null;
        return step;
    }

    HandshakeStep TakeHello(PeerMessage.Hello hello)
    {
        if (Fault(hello) is { } failure)
            return new HandshakeStep(null, null, failure);
        _version = Math.Min(_own.VersionMax, hello.VersionMax);
        _peer = hello;
        _transcript = _terms.IsInitiator ? [.. HashOf(_own), .. HashOf(hello)] : [.. HashOf(hello), .. HashOf(_own)];
        return new HandshakeStep(_terms.IsInitiator ? Prove(Initiator) : _own, null, null);
    }

    HandshakeStep TakeProof(PeerMessage.Proof proof)
    {
        var role = _terms.IsInitiator ? Responder : Initiator;
        if (!CryptographicOperations.FixedTimeEquals(GroupKey.ProofOf(_terms.Group, role, _transcript), proof.Mac))
            return Refuse(DO_E_UNRECOGNIZED_CONN, _terms.Group is { } group ? $"did not prove that it is of group {group.Name}, or was not understood rightly" : "was not understood rightly");
        byte[] statement = [.. role, .. _transcript];
        if (IsPlain ? !PeerKey.Signed(_peer!.PublicKey, statement, proof.Signature) : proof.Signature.Length != 0)
            return Refuse(DO_E_UNRECOGNIZED_CONN, "did not prove that its key is its own");
        return new HandshakeStep(_terms.IsInitiator ? null : Prove(Responder), Agree(), null);
    }

    // In this order: who speaks another version may mean something else by the rest.
    Failure? Fault(PeerMessage.Hello hello)
    {
        if (hello.VersionMin > _own.VersionMax || hello.VersionMax < _own.VersionMin)
            return Refusal(BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH, $"speaks Haul/{hello.VersionMin} to Haul/{hello.VersionMax}, and this agent Haul/{_own.VersionMin} to Haul/{_own.VersionMax}; update the older one");
        if (((hello.Flags ^ _own.Flags) & (HelloFlags.Group | HelloFlags.Plain)) != 0)
            return Refusal(DO_E_UNRECOGNIZED_CONN, "is of another group or has another transport than this agent: one file of haul group is for all members");
        if (!PeerKey.HasForm(hello.PublicKey) || !IsPlain && !hello.PublicKey.AsSpan().SequenceEqual(_terms.CertificateKey))
            return Refusal(DO_E_UNRECOGNIZED_CONN, "has another key than the certificate that was shown, or none of P-256");
        var peer = PeerId.Of(hello.PublicKey);
        if (peer == _terms.Own.Id)
            return Refusal(DO_E_CONNECT_TO_SELF, "is this agent itself");
        return _terms.Suits(peer) ? null : Refusal(DO_E_UNRECOGNIZED_CONN, "is connected already");
    }

    PeerMessage.Proof Prove(ReadOnlySpan<byte> role)
    {
        byte[] statement = [.. role, .. _transcript];
        return new PeerMessage.Proof(GroupKey.ProofOf(_terms.Group, role, _transcript), IsPlain ? _terms.Own.Sign(statement) : []);
    }

    PeerSession Agree()
    {
        FrameSeal? sends = null, takes = null;
        if (IsPlain)
        {
            sends = new FrameSeal(GroupKey.FrameKeyOf(_terms.Group, _terms.IsInitiator ? Initiator : Responder, _transcript));
            takes = new FrameSeal(GroupKey.FrameKeyOf(_terms.Group, _terms.IsInitiator ? Responder : Initiator, _transcript));
        }
        return new PeerSession(PeerId.Of(_peer!.PublicKey), _peer.PublicKey, _version, _peer.ListenPort, sends, takes) { Number = BinaryPrimitives.ReadUInt64BigEndian((_terms.IsInitiator ? _own : _peer).Nonce) };
    }

    // A message has one form in bytes, so writing it again gives the bytes that came.
    static byte[] HashOf(PeerMessage.Hello hello) => SHA256.HashData(PeerCodec.Write(hello).AsSpan(PeerFrame.HeadBytes));

    static HandshakeStep Refuse(HResult code, string why) => new(null, null, Refusal(code, why));

    static Failure Refusal(HResult code, string why) => new(code, $"The peer {why}");
}
