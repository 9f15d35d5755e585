using System.Net;
using Haul.Engine.Discovery;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>One announce, and whatever a tracker may answer to it.</summary>
public sealed class TrackerExchangeTests
{
    static readonly TrackerTarget _target = new(new Uri("https://tracker.example:7682/base"), new PeerId(0xAA), 7680)
    {
        Group = ("1122", "3344"),
        Addresses = () => [.. Enumerable.Range(1, 20).Select(n => IPAddress.Parse($"10.0.0.{n}"))],
        Site = "Wien",
        IsRestrictedToSubnet = true,
    };

    readonly FakeTracker _tracker = new();

    static SwarmId Swarm(int number) => new(new PieceHash(0, (UInt128)number));

    static TrackerDue Due(int number, int wanted = 50) => new(Swarm(number), new TrackerPart(9, TrackerMode.Group, wanted) { Totals = () => new TrackerTotals(9, 6, 6, 8, 7) }, "started");

    async Task<TrackerReply> AskAsync(TrackerTarget? target = null, params TrackerDue[] dues)
    {
        using var invoker = new HttpMessageInvoker(_tracker, disposeHandler: false);
        return await new TrackerExchange(invoker, target ?? _target, TimeProvider.System).RunAsync(dues.Length > 0 ? dues : [Due(1)], TimeSpan.FromSeconds(30), default);
    }

    Task<TrackerReply> AnswerAsync(string json)
    {
        _tracker.Answer = _ => FakeTracker.Json(json);
        return AskAsync();
    }

    [Fact]
    public async Task All_is_said_in_the_tracker_s_words()
    {
        await AskAsync();
        var said = await _tracker.NextAsync();

        Assert.Equal(("Haul 1122:3344", "https://tracker.example:7682/base/v1/announce"), (_tracker.Authorization, _tracker.Called!.AbsoluteUri));
        Assert.Equal((new PeerId(0xAA).ToString(), 7680, "Wien", "subnet", TrackerLimits.AddressesMax), (said.Peer, said.Port, said.Site, said.Restrict, said.Addresses.Count));
        Assert.Equal(new TrackerSwarm(Swarm(1).ToString(), 3, 6, 7, 8, "group", 50, "started"), Assert.Single(said.Swarms));
    }

    [Fact]
    public async Task Peers_are_told_with_each_address()
    {
        _tracker.Answer = said => FakeTracker.Ok(77, said, FakeTracker.Peer(9, "10.0.0.9", "2001:db8::9"));

        var reply = await AskAsync();

        Assert.Equal(TimeSpan.FromSeconds(77), reply.Interval);
        var found = Assert.Single(reply.Found);
        Assert.Equal(Swarm(1), found.Swarm);
        Assert.Equal(
            [new PeerSighting(new PeerId(9), IPEndPoint.Parse("10.0.0.9:7000"), SightingOrigin.Tracker), new PeerSighting(new PeerId(9), IPEndPoint.Parse("[2001:db8::9]:7000"), SightingOrigin.Tracker)],
            found.Sightings);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    [InlineData("fe80::1")]
    [InlineData("tracker.example")]
    [InlineData("")]
    public async Task An_address_that_cannot_be_a_peer_s_is_left_out(string address)
    {
        _tracker.Answer = said => FakeTracker.Ok(77, said, FakeTracker.Peer(9, address, "10.0.0.9"));

        Assert.Equal("10.0.0.9", Assert.Single(Assert.Single((await AskAsync()).Found).Sightings).Address.Address.ToString());
    }

    [Fact]
    public async Task A_tracker_of_this_machine_may_tell_of_its_loopback()
    {
        _tracker.Answer = said => FakeTracker.Ok(77, said, FakeTracker.Peer(9, "127.0.0.1"));

        Assert.Single((await AskAsync(_target with { Address = new Uri("http://127.0.0.1:7682") })).Found);
    }

    [Theory]
    [InlineData("""{"peer":"aa","port":7000,"addresses":["10.0.0.9"]}""")]
    [InlineData("""{"peer":"000000000000000000000000000000aa","port":7000,"addresses":["10.0.0.9"]}""")]
    [InlineData("""{"peer":"00000000000000000000000000000009","port":0,"addresses":["10.0.0.9"]}""")]
    [InlineData("""{"peer":"00000000000000000000000000000009","port":65536,"addresses":["10.0.0.9"]}""")]
    [InlineData("""{"peer":"00000000000000000000000000000009","port":7000,"addresses":null}""")]
    [InlineData("""{"peer":"00000000000000000000000000000009","port":7000,"addresses":[null]}""")]
    [InlineData("null")]
    public async Task A_peer_that_is_none_is_left_out(string peer)
    {
        _tracker.Answer = said => FakeTracker.Ok(77, said, peer);
        var reply = await AskAsync();

        Assert.Null(reply.Failure);
        Assert.Empty(reply.Found);
    }

    [Fact]
    public async Task More_than_was_asked_for_is_not_looked_at()
    {
        _tracker.Answer = said => FakeTracker.Ok(77, said, string.Join(',', Enumerable.Range(1, 60).Select(n => FakeTracker.Peer(n, Enumerable.Repeat("10.0.0.9", 100).ToArray()))));

        var reply = await AskAsync(null, Due(1, wanted: 3));

        Assert.Equal(3 * TrackerLimits.AddressesOfPeerMax, Assert.Single(reply.Found).Sightings.Count);
    }

    [Fact]
    public async Task Swarms_that_were_not_asked_for_are_left_out()
    {
        var peer = FakeTracker.Peer(9, "10.0.0.9");
        string Swarms(int number) => $$"""{"id":"{{Swarm(number)}}","peers":[{{peer}}]}""";

        var reply = await AnswerAsync($$"""{"interval":77,"swarms":[{{Swarms(2)}},null,{"id":null},{{Swarms(1)}},{{Swarms(1)}}]}""");

        Assert.Single(reply.Found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("{\"interval\":\"soon\"}")]
    [InlineData("{\"interval\":1,\"swarms\":{}}")]
    public async Task What_is_no_answer_of_a_tracker_is_a_failure(string body) => Assert.Equal(HResults.BG_E_INVALID_SERVER_RESPONSE, (await AnswerAsync(body)).Failure!.Code);

    [Fact]
    public async Task An_answer_has_a_limit()
    {
        var fits = "{\"interval\":60" + new string(' ', TrackerLimits.AnswerBytesMax - 15) + "}";

        Assert.Null((await AnswerAsync(fits)).Failure);
        Assert.Contains("more than", (await AnswerAsync(fits + " ")).Failure!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 3600)]
    [InlineData("-5", 3600)]
    [InlineData("0.1", 5)]
    [InlineData("1e300", 3600)]
    [InlineData("60", 60)]
    public async Task An_interval_stays_within_bounds(string interval, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), (await AnswerAsync($$"""{"interval":{{interval}}}""")).Interval);

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "does not list")]
    [InlineData(HttpStatusCode.TooManyRequests, "too often")]
    [InlineData(HttpStatusCode.Found, "302")]
    public async Task A_refusal_says_why(HttpStatusCode status, string text)
    {
        _tracker.Answer = _ =>
        {
            var answer = new HttpResponseMessage(status);
            answer.Headers.Add("Retry-After", "90");
            return answer;
        };
        var reply = await AskAsync();

        Assert.Contains(text, reply.Failure!.Text, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(90), reply.Wait);
    }

    [Fact]
    public async Task A_tracker_that_is_not_there_is_a_failure()
    {
        _tracker.Answer = _ => throw new HttpRequestException("no route");

        Assert.Equal(HResults.BG_E_CONNECT_FAILURE, (await AskAsync()).Failure!.Code);
    }
}
