using System.Buffers.Binary;
using Haul.Engine.Peers;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>The handshake of two agents, and what those who do not belong to it can try.</summary>
public sealed class PeerHandshakeTests : IDisposable
{
    readonly PeerIdentity _ann = PeerExamples.Identity(1);
    readonly PeerIdentity _bob = PeerExamples.Identity(2);
    readonly PeerIdentity _eve = PeerExamples.Identity(3);
    readonly GroupKey _group = PeerExamples.Group();

    /// <summary>Group or open, plain or TLS.</summary>
    public static TheoryData<bool, bool> Modes => new() { { true, true }, { true, false }, { false, true }, { false, false } };

    public void Dispose()
    {
        _ann.Dispose();
        _bob.Dispose();
        _eve.Dispose();
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Two_that_belong_together_come_to_a_session(bool hasGroup, bool isPlain)
    {
        var pair = Pair(hasGroup, isPlain).Run();

        Assert.Null(pair.Failure);
        Assert.Equal((_bob.Id, (ushort)1, (ushort)7681), (pair.InitiatorGot!.Peer, pair.InitiatorGot.Version, pair.InitiatorGot.ListenPort));
        Assert.Equal((_ann.Id, (ushort)1, (ushort)7680), (pair.ResponderGot!.Peer, pair.ResponderGot.Version, pair.ResponderGot.ListenPort));
        Assert.Equal(4, pair.Said.Count);
        Assert.All([pair.InitiatorGot, pair.ResponderGot], session => Assert.Equal(BinaryPrimitives.ReadUInt64BigEndian(pair.Initiator.Nonce), session.Number));
        Assert.Equal(isPlain, pair.InitiatorGot.Sends is not null && pair.InitiatorGot.Takes is not null && pair.ResponderGot.Sends is not null && pair.ResponderGot.Takes is not null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_tags_of_one_side_open_at_the_other_and_not_at_home(bool hasGroup)
    {
        var pair = Pair(hasGroup, isPlain: true).Run();
        var frame = PeerCodec.Write(new PeerMessage.Ping(1));
        Span<byte> tag = stackalloc byte[FrameSeal.TagBytes];

        pair.InitiatorGot!.Sends!.Seal(frame, tag);
        Assert.True(pair.ResponderGot!.Takes!.Opens(frame, tag));
        Assert.False(pair.InitiatorGot.Takes!.Opens(frame, tag));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_bit_changed_anywhere_ends_it(bool hasGroup, bool isPlain)
    {
        var lengths = Pair(hasGroup, isPlain).Run().Said.Select(frame => frame.Length).ToArray();
        for (var number = 0; number < lengths.Length; number++)
        {
            for (var at = 0; at < lengths[number]; at++)
                AssertEnds(hasGroup, isPlain, number, at);
        }
    }

    void AssertEnds(bool hasGroup, bool isPlain, int number, int at)
    {
        var pair = Pair(hasGroup, isPlain, (n, frame) =>
        {
            if (n == number)
                frame[at] ^= (byte)(1 << at % 8);
            return frame;
        }).Run();
        Assert.True(pair.Failure is not null && pair.InitiatorGot is null && (pair.ResponderGot is null || number == 3), $"byte {at} of frame {number}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stranger_to_the_group_gets_no_proof_from_either_side(bool isPlain)
    {
        var right = Pair(true, isPlain);
        var wrong = PeerExamples.Group(first: 9);
        var called = new HandshakePair { Initiator = right.Initiator with { Group = wrong }, Responder = right.Responder }.Run();
        var calling = new HandshakePair { Initiator = right.Initiator, Responder = right.Responder with { Group = wrong } }.Run();

        // HELLO, HELLO, the initiator's PROOF, and no more.
        Assert.Equal((DO_E_UNRECOGNIZED_CONN, 3), (called.Failure?.Code, called.Said.Count));
        Assert.Equal((DO_E_UNRECOGNIZED_CONN, 3), (calling.Failure?.Code, calling.Said.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_wants_another_mode_is_refused_at_once(bool isPlain)
    {
        var open = Pair(hasGroup: false, isPlain);
        var closed = Pair(hasGroup: true, isPlain);

        foreach (var pair in new[] { (open.Initiator, closed.Responder), (closed.Initiator, open.Responder) })
        {
            var run = new HandshakePair { Initiator = pair.Item1, Responder = pair.Item2 }.Run();
            Assert.Equal((DO_E_UNRECOGNIZED_CONN, 1), (run.Failure?.Code, run.Said.Count));
        }
        // What says plain over TLS, or the other way round, has not understood.
        var mixed = new HandshakePair { Initiator = Pair(true, isPlain).Initiator, Responder = Pair(true, !isPlain).Responder }.Run();
        Assert.Equal((DO_E_UNRECOGNIZED_CONN, 1), (mixed.Failure?.Code, mixed.Said.Count));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Nothing_is_proved_to_a_peer_that_does_not_suit(bool hasGroup, bool isPlain)
    {
        var pair = Pair(hasGroup, isPlain);
        var met = new List<PeerId>();
        var initiator = new PeerHandshake(pair.Initiator with { Suits = peer => { met.Add(peer); return false; } });

        AssertRefused(initiator.Take(new PeerHandshake(pair.Responder).Take(initiator.Start()!).Answer!));
        Assert.Equal([_bob.Id], met);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_handshake_that_was_recorded_is_worth_nothing_later(bool hasGroup, bool isPlain)
    {
        var recorded = Pair(hasGroup, isPlain).Run().Said;

        // The initiator's frames to the responder of another day, and the responder's to the initiator of another day.
        var responder = new PeerHandshake(Pair(hasGroup, isPlain).Responder with { Nonce = PeerExamples.Run(7, 32) });
        Assert.NotNull(responder.Take(HandshakePair.Read(recorded[0])!).Answer);
        AssertRefused(responder.Take(HandshakePair.Read(recorded[2])!));
        var initiator = new PeerHandshake(Pair(hasGroup, isPlain).Initiator with { Nonce = PeerExamples.Run(7, 32) });
        initiator.Start();
        Assert.NotNull(initiator.Take(HandshakePair.Read(recorded[1])!).Answer);
        AssertRefused(initiator.Take(HandshakePair.Read(recorded[3])!));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void What_is_thrown_back_is_refused(bool hasGroup, bool isPlain)
    {
        // Its own HELLO comes back.
        var initiator = new PeerHandshake(HandshakePair.TermsOf(_ann, _ann, hasGroup ? _group : null, isPlain) with { IsInitiator = true });
        Assert.Equal(DO_E_CONNECT_TO_SELF, initiator.Take(initiator.Start()!).Failure?.Code);

        // Its own PROOF comes back: that of the other role.
        var pair = Pair(hasGroup, isPlain);
        var second = new PeerHandshake(pair.Initiator);
        second.Start();
        var proof = second.Take(new PeerHandshake(pair.Responder).Take(new PeerHandshake(pair.Initiator).Start()!).Answer!).Answer!;
        AssertRefused(second.Take(proof));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_member_cannot_be_used_to_answer_itself_for_a_stranger(bool isPlain)
    {
        // Eve calls Ann, and calls her a second time with Ann's own words, as if she were Ann.
        var ann = new PeerHandshake(HandshakePair.TermsOf(_ann, _eve, _group, isPlain) with { Nonce = PeerExamples.Run(9, 32) });
        var eve = new PeerHandshake(HandshakePair.TermsOf(_eve, _ann, PeerExamples.Group(first: 9), isPlain) with { IsInitiator = true });
        var words = ann.Take(eve.Start()!).Answer!;
        var again = new PeerHandshake(HandshakePair.TermsOf(_ann, _ann, _group, isPlain));

        Assert.Equal(DO_E_CONNECT_TO_SELF, again.Take(words).Failure?.Code);
        AssertRefused(ann.Take(eve.Take(words).Answer!));
    }

    [Fact]
    public void One_between_with_certificates_of_its_own_is_found_out()
    {
        // What Ann and Bob see of TLS is Eve's certificate, and she hands on their words.
        var handsOn = new HandshakePair { Initiator = Pair(true, false).Initiator with { CertificateKey = _eve.PublicKey }, Responder = Pair(true, false).Responder with { CertificateKey = _eve.PublicKey } }.Run();
        Assert.Equal((DO_E_UNRECOGNIZED_CONN, 1), (handsOn.Failure?.Code, handsOn.Said.Count));

        // She puts her own key into their words.
        var putsIn = new HandshakePair
        {
            Initiator = handsOn.Initiator,
            Responder = handsOn.Responder,
            Between = (_, frame) => HandshakePair.Read(frame) is PeerMessage.Hello hello ? PeerCodec.Write(hello with { PublicKey = _eve.PublicKey }) : frame,
        }.Run();
        Assert.Equal((DO_E_UNRECOGNIZED_CONN, 3), (putsIn.Failure?.Code, putsIn.Said.Count));
        Assert.Null(putsIn.ResponderGot);
    }

    [Fact]
    public void A_member_cannot_take_the_name_of_another_without_its_key()
    {
        // Eve is of the group, and says that she is Bob.
        var ann = new PeerHandshake(HandshakePair.TermsOf(_ann, _bob, _group, isPlain: true));
        var eves = HandshakePair.TermsOf(_eve, _ann, _group, isPlain: true) with { IsInitiator = true };
        var hello = ((PeerMessage.Hello)new PeerHandshake(eves).Start()!) with { PublicKey = _bob.PublicKey };
        var answer = (PeerMessage.Hello)ann.Take(hello).Answer!;
        byte[] transcript = [.. Hash(hello), .. Hash(answer)];
        byte[] statement = [.. "haul1 initiator"u8, .. transcript];
        var mac = GroupKey.ProofOf(_group, "haul1 initiator"u8, transcript);

        AssertRefused(ann.Take(new PeerMessage.Proof(mac, _eve.Sign(statement))));

        // The same words with Bob's own signature are taken: it was the signature that failed.
        var again = new PeerHandshake(HandshakePair.TermsOf(_ann, _bob, _group, isPlain: true));
        again.Take(hello);
        Assert.NotNull(again.Take(new PeerMessage.Proof(mac, _bob.Sign(statement))).Session);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_proof_has_a_signature_where_there_is_no_TLS_and_only_there(bool isPlain)
    {
        var pair = Pair(hasGroup: true, isPlain, (number, frame) =>
            number == 2 ? PeerCodec.Write((PeerMessage.Proof)HandshakePair.Read(frame)! with { Signature = isPlain ? [] : new byte[64] }) : frame).Run();

        Assert.Equal((DO_E_UNRECOGNIZED_CONN, 3), (pair.Failure?.Code, pair.Said.Count));
    }

    [Theory]
    [InlineData(1, 7, true)]
    [InlineData(2, 7, false)]
    public void They_speak_the_highest_version_that_both_have(ushort min, ushort max, bool isSpoken)
    {
        var responder = new PeerHandshake(Pair(true, false).Responder);
        var hello = (PeerMessage.Hello)new PeerHandshake(Pair(true, false).Initiator).Start()! with { VersionMin = min, VersionMax = max };
        var step = responder.Take(hello);

        Assert.Equal((isSpoken, isSpoken ? null : (HResult?)BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH), (step.Answer is not null, step.Failure?.Code));
    }

    [Fact]
    public void Flags_of_later_versions_are_passed_over()
    {
        var hello = (PeerMessage.Hello)new PeerHandshake(Pair(true, false).Initiator).Start()!;

        Assert.NotNull(new PeerHandshake(Pair(true, false).Responder).Take(hello with { Flags = hello.Flags | (HelloFlags)0xFFFF_FFFC }).Answer);
    }

    [Fact]
    public void A_message_out_of_turn_ends_it_for_good()
    {
        var pair = Pair(hasGroup: true, isPlain: false);
        foreach (var early in PeerExamples.All.Values.Where(message => message is not PeerMessage.Hello))
        {
            var responder = new PeerHandshake(pair.Responder);
            Assert.Equal(DO_E_INVALID_PEER_MSG, responder.Take(early).Failure?.Code);
            Assert.Equal(DO_E_INVALID_PEER_MSG, responder.Take(new PeerHandshake(pair.Initiator).Start()!).Failure?.Code);
        }
        var second = new PeerHandshake(pair.Responder);
        second.Take(new PeerHandshake(pair.Initiator).Start()!);
        Assert.Equal(DO_E_INVALID_PEER_MSG, second.Take(new PeerHandshake(pair.Initiator).Start()!).Failure?.Code);
    }

    static void AssertRefused(HandshakeStep step)
    {
        Assert.Equal(DO_E_UNRECOGNIZED_CONN, step.Failure?.Code);
        Assert.Null(step.Answer);
        Assert.Null(step.Session);
    }

    static byte[] Hash(PeerMessage.Hello hello) => System.Security.Cryptography.SHA256.HashData(PeerCodec.Write(hello).AsSpan(PeerFrame.HeadBytes));

    HandshakePair Pair(bool hasGroup, bool isPlain, Func<int, byte[], byte[]>? between = null)
    {
        var pair = HandshakePair.Of(_ann, _bob, hasGroup ? _group : null, isPlain);
        return between is null ? pair : new HandshakePair { Initiator = pair.Initiator, Responder = pair.Responder, Between = between };
    }
}
