using System.Net;
using System.Net.Sockets;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Transfers;

/// <summary>Which server a file came from, over real connections.</summary>
public sealed class ServerAddressTests
{
    static readonly TestContent _content = new(7, 300_000);

    static Func<AddFile, AddFile> With(HttpOptions options) => file => file with { Http = options };

    [Theory]
    [InlineData("127.0.0.1", 0)]
    [InlineData("127.0.0.1", 4)]
    [InlineData("::1", 0)]
    [InlineData("::1", 6)]
    public async Task A_file_has_the_address_of_its_server(string address, int version)
    {
        await using var origin = FaultyOrigin.Start(IPAddress.Parse(address));
        await using var rig = new EngineRig();
        origin.Serve("/file", _content);

        Assert.Equal(address, (await rig.FetchAsync(origin.UrlOf("/file"), With(new HttpOptions { IpVersion = version }))).ServerAddress);

        // The connection of the first is used again.
        Assert.Equal(address, (await rig.FetchAsync(origin.UrlOf("/file"), file => file with { LocalName = rig.Target("second"), Http = new HttpOptions { IpVersion = version } })).ServerAddress);
        Assert.Equal(1, origin.ConnectionsAccepted);
    }

    [Theory]
    [InlineData("1.1", "HTTP/1.1")]
    [InlineData("2", "HTTP/2.0")]
    public async Task Over_TLS_it_is_known_too(string version, string spoken)
    {
        using var authority = new TestAuthority();
        using var directory = new TempDirectory();
        _content.WriteTo(directory.File("file"));
        await using var nginx = await NginxOrigin.StartAsync(directory.Path, authority);
        await using var rig = new EngineRig();

        var file = await rig.FetchAsync(new Uri(nginx.Http2Root, "file"), With(new HttpOptions { CaPem = File.ReadAllText(authority.PemPath), HttpVersion = version }));

        Assert.Equal("127.0.0.1", file.ServerAddress);
        Assert.Equal(spoken, (await nginx.WaitForRequestsAsync(1))[0].Protocol);
    }

    [Fact]
    public async Task It_is_the_server_that_answered_last()
    {
        await using var four = FaultyOrigin.Start();
        await using var six = FaultyOrigin.Start(IPAddress.IPv6Loopback);
        await using var rig = new EngineRig();
        six.Serve("/file", _content);
        four.Serve("/file").RedirectsTo(six.UrlOf("/file"));

        Assert.Equal("::1", (await rig.FetchAsync(four.UrlOf("/file"))).ServerAddress);
    }

    [Fact]
    public async Task One_that_refuses_has_answered_and_one_that_is_down_has_not()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file").Fails(404);
        var refused = await rig.StartAsync(origin.UrlOf("/file"));
        await rig.WaitAsync(refused.Id, JobState.Error);
        Assert.Equal("127.0.0.1", await AddressAsync(rig, refused.Id));

        await origin.GoDownAsync();
        var waiting = await rig.StartAsync(origin.UrlOf("/file"), file => file with { LocalName = rig.Target("second") });
        await rig.WaitAsync(waiting.Id, JobState.TransientError);
        Assert.Null(await AddressAsync(rig, waiting.Id));
    }

    [Fact]
    public async Task Behind_a_proxy_it_is_not_known()
    {
        using var authority = new TestAuthority();
        await using var proxy = ForwardProxy.Start();
        await using var plain = FaultyOrigin.Start();
        await using var secure = FaultyOrigin.StartSecure(authority);
        await using var rig = new EngineRig();
        plain.Serve("/file", _content);
        secure.Serve("/file", _content);
        var through = new HttpOptions { Proxy = proxy.Root.ToString(), CaPem = File.ReadAllText(authority.PemPath) };

        Assert.Null((await rig.FetchAsync(plain.UrlOf("/file"), With(through))).ServerAddress);
        Assert.Null((await rig.FetchAsync(secure.UrlOf("/file"), file => file with { LocalName = rig.Target("second"), Http = through })).ServerAddress);
        Assert.Equal(2, proxy.Requests.Count);
    }

    [Fact]
    public async Task A_request_has_the_address_of_its_own_connection_where_a_host_has_two()
    {
        await using var four = FaultyOrigin.Start();
        await using var six = FaultyOrigin.Start(IPAddress.IPv6Loopback);
        four.Serve("/who", new TestContent(4, 4));
        six.Serve("/who", new TestContent(6, 6));
        var places = new Queue<Uri>([four.Root, six.Root]);
        using var addresses = new ServerAddresses();
        using var handler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = async (context, cancel) => addresses.Open(await ConnectAsync(places.Dequeue(), cancel), context.DnsEndPoint) };
        addresses.InnerHandler = handler;
        using var http = new HttpMessageInvoker(addresses);

        // Two requests at a time: the first two open a connection each, the others find both.
        for (var round = 0; round < 3; round++)
        {
            var (first, second) = (await AskAsync(http), await AskAsync(http));
            Assert.Equal(["127.0.0.1", "::1"], new[] { first, second }.Select(AddressOf).Order());
            foreach (var answer in new[] { first, second })
            {
                var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
                Assert.Equal(bytes.Length == 4 ? "127.0.0.1" : "::1", AddressOf(answer));
                answer.Dispose();
            }
        }
        Assert.Empty(places);
    }

    static async Task<Socket> ConnectAsync(Uri place, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Parse(place.IdnHost), place.Port, cancel);
        return socket;
    }

    static Task<HttpResponseMessage> AskAsync(HttpMessageInvoker http) =>
        http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://twofold.test/who"), TestContext.Current.CancellationToken);

    static string? AddressOf(HttpResponseMessage answer) => ServerAddresses.Of(answer.RequestMessage!)?.ToString();

    static async Task<string?> AddressAsync(EngineRig rig, Guid job) => (await rig.Jobs.FilesAsync(rig.Me, job)).Value![0].ServerAddress;
}
