using System.Net.Sockets;
using System.Text;
using Haul.Agent;
using Haul.Protocol.Api;
using Haul.SystemTests.Disk;
using static System.Net.Http.HttpMethod;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Agent;

/// <summary>Beyond each limit: the one who passes it is refused, and nobody else feels it.</summary>
public sealed class AgentLimitsTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var rig = await AgentRig.StartAsync(new AgentLimits { BodyBytesMax = 1000 });
        var name = new string('a', 250);
        var fits = $$"""{"displayName":"{{name}}"}""";

        Assert.Equal(201, (await rig.CallAsync(Post, "/v1/jobs", fits)).Status);
        Assert.Equal(E_INVALIDARG, (await rig.CallAsync(Post, "/v1/jobs", fits + new string(' ', 1000))).Code(413));

        // Without a length the limit counts as bytes come.
        var answer = await TalkAsync(rig, $"POST /v1/jobs HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n{new string(' ', 2000)}\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("problem+json", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_that_are_too_large_are_refused()
    {
        await using var rig = await AgentRig.StartAsync();

        var answer = await TalkAsync(rig, $"GET /v1/status HTTP/1.1\r\nHost: h\r\nX: {new string('x', 17 << 10)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
        Assert.Equal(200, (await rig.CallAsync(Get, "/v1/status")).Status);
    }

    [Fact]
    public async Task A_request_that_is_no_HTTP_is_refused()
    {
        await using var rig = await AgentRig.StartAsync();

        Assert.StartsWith("HTTP/1.1 400 ", await TalkAsync(rig, "nonsense\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(200, (await rig.CallAsync(Get, "/v1/status")).Status);
    }

    [Fact]
    public async Task A_request_that_comes_too_slowly_is_ended()
    {
        await using var rig = await AgentRig.StartAsync(new AgentLimits { HeaderTimeout = TimeSpan.FromMilliseconds(200), IdleTimeout = TimeSpan.FromMilliseconds(200) });

        Assert.StartsWith("HTTP/1.1 408 ", await TalkAsync(rig, "GET /v1/status HTTP/1.1\r\nHost:"), StringComparison.Ordinal);
        Assert.Empty(await TalkAsync(rig, ""));
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        await using var rig = await AgentRig.StartAsync();

        var answer = await TalkAsync(rig, "POST /v1/jobs HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{");

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("problem+json", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_leaves_nothing_behind()
    {
        await using var rig = await AgentRig.StartAsync();
        using (var socket = Connect(rig))
            await socket.SendAsync(Encoding.ASCII.GetBytes("POST /v1/jobs HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{\"displayName\":"), Cancel);

        Assert.Empty((await rig.CallAsync(Get, "/v1/jobs")).As(ProtocolJson.Default.IReadOnlyListJobSnapshot));
    }

    [Fact]
    public async Task Beyond_a_user_s_connections_new_ones_are_refused_until_some_are_closed()
    {
        await using var rig = await AgentRig.StartAsync(new AgentLimits { ConnectionsPerUserMax = 4 });
        var held = new List<Socket>();
        for (var i = 0; i < 4; i++)
            held.Add(await HoldAsync(rig));

        Assert.Equal(DO_E_NO_MORE_CONNECTIONS, (await rig.CallAsync(Get, "/v1/status")).Code(429));

        held.ForEach(socket => socket.Dispose());
        while ((await rig.CallAsync(Get, "/v1/status")).Status != 200)
            Cancel.ThrowIfCancellationRequested();
    }

    [RootFact]
    public async Task A_thousand_idle_connections_of_one_user_leave_room_for_another()
    {
        await using var rig = await AgentRig.StartAsync();
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < 1000; i++)
                idle.Add(Connect(rig));

            var other = await rig.CurlAsync(TestUsers.First.Name, "GET", "/v1/status");

            Assert.Equal(200, other.Status);
            // Those beyond the limit are closed, whether they were told or not.
            Assert.Equal(0, await idle[^1].ReceiveAsync(new byte[1], Cancel));
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Beyond_a_user_s_streams_new_ones_are_refused_until_some_are_closed()
    {
        await using var rig = await AgentRig.StartAsync(new AgentLimits { StreamsPerUserMax = 2 });
        await using var one = await EventTap.OpenAsync(rig.SocketPath, "/v1/events");
        await using (var two = await EventTap.OpenAsync(rig.SocketPath, "/v1/notifications"))
        {
            Assert.Equal(DO_E_NO_MORE_CONNECTIONS, (await rig.CallAsync(Get, "/v1/events")).Code(429));
            Assert.Equal(DO_E_NO_MORE_CONNECTIONS, (await rig.CallAsync(Get, "/v1/notifications")).Code(429));
        }

        var status = 429;
        while (status == 429)
        {
            await using var three = await EventTap.OpenAsync(rig.SocketPath, "/v1/events");
            status = three.Status;
            Cancel.ThrowIfCancellationRequested();
        }
        Assert.Equal(200, status);
    }

    /// <summary>A connection that has been served once, and so is counted.</summary>
    static async Task<Socket> HoldAsync(AgentRig rig)
    {
        var socket = Connect(rig);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /v1/status HTTP/1.1\r\nHost: h\r\n\r\n"), Cancel);
        Assert.NotEqual(0, await socket.ReceiveAsync(new byte[4096], Cancel));
        return socket;
    }

    /// <summary>Sends, and reads until the agent closes.</summary>
    static async Task<string> TalkAsync(AgentRig rig, string words)
    {
        using var socket = Connect(rig);
        await socket.SendAsync(Encoding.ASCII.GetBytes(words), Cancel);
        var text = new StringBuilder();
        var bytes = new byte[4096];
        // An answer to a request that was read ends with its body; others end with the connection.
        while (!text.ToString().EndsWith('}') && await socket.ReceiveAsync(bytes, Cancel) is var count and > 0)
            text.Append(Encoding.ASCII.GetString(bytes, 0, count));
        return text.ToString();
    }

    /// <summary>Waits where the line of those who connect is full.</summary>
    static Socket Connect(AgentRig rig)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(rig.SocketPath));
        return socket;
    }
}
