using System.Net;
using Haul.Agent;
using Haul.Agent.RestCompat;
using Haul.Protocol.Contract;
using Haul.SystemTests.Disk;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Rest;

/// <summary>Connections of the REST interface: how requests may come, and what lies beyond each limit.</summary>
public sealed class RestConnectionTests
{
    const string Enumerate = "GET /download/enumerate HTTP/1.1\r\nHost: h\r\n\r\n";
    const string Answer = "HTTP/1.1 400 BadRequest\r\nContent-Length: 28\r\nServer: Delivery-Optimization-Agent/1.1.0\r\n\r\n{ \"ErrorCode\": -2147467263 }";
    const string NoRequest = "HTTP/1.1 400 BadRequest\r\nServer: Delivery-Optimization-Agent/1.1.0\r\n\r\n";

    [Fact]
    public async Task Requests_in_one_segment_are_all_answered()
    {
        await using var rig = await RestRig.StartAsync();
        var talk = await rig.TalkAsync();
        await talk.SendAsync(string.Concat(Enumerable.Repeat(Enumerate, 50)) + "GET /download/enumerate HTTP/1.1\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc" + Enumerate);

        for (var i = 0; i < 52; i++)
            Assert.Equal(Answer, await talk.ReadAsync());
    }

    [Fact]
    public async Task A_request_may_come_byte_by_byte()
    {
        await using var rig = await RestRig.StartAsync();
        var talk = await rig.TalkAsync();
        foreach (var c in Enumerate)
            await talk.SendAsync(c.ToString());
        Assert.Equal(Answer, await talk.ReadAsync());
    }

    [Fact]
    public async Task The_answer_to_head_has_no_body()
    {
        await using var rig = await RestRig.StartAsync();
        var talk = await rig.TalkAsync();
        await talk.SendAsync("HEAD /download/enumerate HTTP/1.1\r\n\r\n" + "nonsense\r\n\r\n");
        Assert.Equal("HTTP/1.1 400 BadRequest\r\nContent-Length: 28\r\nServer: Delivery-Optimization-Agent/1.1.0\r\n\r\n" + NoRequest, await talk.ReadToEndAsync());
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("GET /download/getstatus?Id=1;2 HTTP/1.1\r\n\r\n")]
    [InlineData("GET /download/enumerate HTTP/1.0\r\n\r\n")]
    public async Task What_is_no_request_is_refused_and_the_connection_ends(string words)
    {
        await using var rig = await RestRig.StartAsync();
        var talk = await rig.TalkAsync();
        await talk.SendAsync(Enumerate + words + Enumerate);
        Assert.Equal(Answer + NoRequest, await talk.ReadToEndAsync());
    }

    [Fact]
    public async Task A_request_that_is_too_long_is_refused()
    {
        await using var rig = await RestRig.StartAsync(new RestLimits { RequestBytesMax = 2000 });
        var talk = await rig.TalkAsync();
        await talk.SendAsync($"GET /download/enumerate?Id={new string('x', 1900)} HTTP/1.1\r\n\r\n");
        Assert.Equal(Answer, await talk.ReadAsync());
        await talk.SendAsync($"GET /download/enumerate?Id={new string('x', 5000)} HTTP/1.1\r\n\r\n");
        Assert.Equal(NoRequest, await talk.ReadToEndAsync());
    }

    [Fact]
    public async Task Beyond_the_connections_new_ones_are_closed_until_some_are_gone()
    {
        await using var rig = await RestRig.StartAsync(new RestLimits { ConnectionsMax = 3 });
        var held = new List<RestTalk>();
        for (var i = 0; i < 3; i++)
        {
            held.Add(await rig.TalkAsync());
            Assert.Equal(400, (await held[^1].AskAsync("GET", "download/enumerate")).Status);
        }
        var fourth = await rig.TalkAsync();
        Assert.Equal("", await fourth.ReadToEndAsync());

        held[0].Dispose();
        Assert.True(await IsServedSoonAsync(rig));
    }

    [Fact]
    public async Task A_connection_on_which_nothing_happens_is_closed()
    {
        await using var rig = await RestRig.StartAsync(new RestLimits { IdleTimeout = TimeSpan.FromMilliseconds(100), SweepInterval = TimeSpan.FromMilliseconds(20) });
        var talk = await rig.TalkAsync();
        Assert.Equal("", await EndAsync(talk));
    }

    [Fact]
    public async Task A_request_that_does_not_come_to_its_end_is_not_waited_for()
    {
        await using var rig = await RestRig.StartAsync(new RestLimits { RequestTimeout = TimeSpan.FromMilliseconds(200), SweepInterval = TimeSpan.FromMilliseconds(20) });
        var talk = await rig.TalkAsync();
        await talk.SendAsync("GET /download/enumerate HTTP/1.1\r\nX:");
        Assert.Equal("", await EndAsync(talk));
        Assert.True(await IsServedSoonAsync(rig));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.255.255.254", true)]
    [InlineData("126.255.255.255", false)]
    [InlineData("192.0.2.2", false)]
    public void Only_addresses_of_the_loopback_are_served(string address, bool isServed) =>
        Assert.Equal(isServed, RestConnection.IsServed(new IPEndPoint(IPAddress.Parse(address), 1)));

    [RootFact]
    public async Task A_peer_of_another_address_is_refused()
    {
        using var directory = new TempDirectory().OpenToAll();
        // In a network of its own, where the loopback may be given another address.
        var script = $"""
            ip link set lo up && ip address add 192.0.2.2/32 dev lo
            {HaulProgram.Path} agent --socket {directory.File("run/s")} --state {directory.File("state")} --rest-compat --rest-user nobody --rest-directory {directory.File("ports")} &
            until port=$(cat {directory.File("ports")}/restport.* 2>/dev/null); do sleep 0.05; done
            curl -s -i --interface 192.0.2.2 http://127.0.0.1:$port/download/enumerate
            echo
            curl -s -i http://127.0.0.1:$port/download/enumerate
            kill %1; wait %1
            """;
        await using var run = RunningProgram.Start("unshare", "--net", "bash", "-c", script);
        Assert.True(await run.WaitForExitAsync() == 0, run.Errors.Text);
        Assert.Contains("{ \"ErrorCode\": -2147024809 }", run.Output.Text, StringComparison.Ordinal);
        Assert.Contains("{ \"ErrorCode\": -2147467263 }", run.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_is_told_to_name_a_user_and_another_user_is_not_served_for()
    {
        await using var rig = await RestRig.StartAsync();
        var rest = rig.Options.Rest! with { Directory = rig.Target("others") };
        var other = await AgentHost.StartAsync(rig.Options with { SocketPath = rig.Target("run/2"), StateDirectory = rig.Target("2"), Rest = rest with { User = "no-such-user" } });
        Assert.Equal(HResults.E_INVALIDARG, other.Failure?.Code);
        if (Environment.IsPrivilegedProcess && Haul.Engine.Platform.Users.UidOf(RestOptions.UsualUser) is null)
        {
            var root = await AgentHost.StartAsync(rig.Options with { SocketPath = rig.Target("run/2"), StateDirectory = rig.Target("2"), Rest = rest with { User = null } });
            Assert.Equal(HResults.E_ACCESSDENIED, root.Failure?.Code);
            Assert.Contains("--rest-user", root.Failure!.Text, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(rig.Target("others")));
    }

    static async Task<string> EndAsync(RestTalk talk)
    {
        try
        {
            return await talk.ReadToEndAsync();
        }
        catch (System.Net.Sockets.SocketException e) when (e.SocketErrorCode == System.Net.Sockets.SocketError.ConnectionReset)
        {
            return "";
        }
    }

    static async Task<bool> IsServedSoonAsync(RestRig rig)
    {
        while (true)
        {
            var talk = await rig.TalkAsync();
            await talk.SendAsync(Enumerate);
            if (await EndOfFirstAsync(talk) == Answer)
                return true;
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    static async Task<string> EndOfFirstAsync(RestTalk talk)
    {
        try
        {
            return await talk.ReadAsync();
        }
        catch (System.Net.Sockets.SocketException)
        {
            return "";
        }
    }
}
