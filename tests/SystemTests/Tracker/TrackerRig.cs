using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Haul.Agent;
using Haul.SystemTests.Processes;
using Haul.Tracker;
using Haul.Tracker.Addresses;
using Microsoft.Extensions.Time.Testing;

namespace Haul.SystemTests.Tracker;

/// <summary>A real tracker in this process on a free port, in a time of its own, behind a proxy that says where calls come from.</summary>
sealed class TrackerRig : IAsyncDisposable
{
    public const string GroupId = "00112233445566778899aabbccddeeff";
    public const string OtherGroupId = "ffeeddccbbaa99887766554433221100";

    readonly TempDirectory _directory = new();
    readonly HttpClient _http = new();
    readonly StringWriter _text = new();
    readonly TextWriter _lines;
    TrackerHost? _tracker;

    TrackerRig()
    {
        _lines = TextWriter.Synchronized(_text);
        WriteGroups($"# group, SHA-256 of the token, name", LineOf(GroupId, "First group"), LineOf(OtherGroupId, ""));
        Options = new TrackerOptions
        {
            Listens = [new ListenAddress(IPAddress.Loopback, 0, false)],
            GroupsPath = GroupsPath,
            IsOpen = true,
            Proxies = [IPNetwork.Parse("127.0.0.1/32")],
            Time = Time,
            Log = new LineLog(_lines, isForJournal: false),
        };
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>What it has logged.</summary>
    public string Log
    {
        get
        {
            lock (_lines)
                return _text.ToString();
        }
    }

    public TrackerOptions Options { get; private set; }

    public string GroupsPath => _directory.File("groups.list");

    public Uri Address => _tracker!.Addresses[0];

    public string File(string name) => _directory.File(name);

    public static async Task<TrackerRig> StartAsync(Func<TrackerOptions, TrackerOptions>? change = null)
    {
        var rig = new TrackerRig();
        rig.Options = change?.Invoke(rig.Options) ?? rig.Options;
        await rig.StartTrackerAsync();
        return rig;
    }

    public async Task StartTrackerAsync()
    {
        var started = await TrackerHost.StartAsync(Options);
        Assert.True(started.Succeeded, started.Failure?.ToString());
        _tracker = started.Value;
    }

    public async Task RestartTrackerAsync()
    {
        await _tracker!.DisposeAsync();
        await StartTrackerAsync();
    }

    public static string TokenOf(string group) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes("token of " + group)));

    public static string LineOf(string group, string name) => $"{group} {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(TokenOf(group))))} {name}";

    public void WriteGroups(params string[] lines) => System.IO.File.WriteAllLines(GroupsPath, lines);

    /// <summary>One call.</summary>
    /// <param name="from">Where the proxy says that it comes from.</param>
    /// <param name="body">The JSON.</param>
    /// <param name="group">The group that it proves; null for none.</param>
    public Task<TrackerReply> AnnounceAsync(string from, string body, string? group = null) =>
        SendAsync(from, Encoding.UTF8.GetBytes(body), group is null ? null : $"Haul {group}:{TokenOf(group)}");

    public async Task<TrackerReply> SendAsync(string from, byte[] body, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "/v1/announce")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-Forwarded-For", from);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await ReplyAsync(request);
    }

    public async Task<TrackerReply> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path));
        return await ReplyAsync(request);
    }

    async Task<TrackerReply> ReplyAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request);
        var retryAfter = response.Headers.RetryAfter?.Delta;
        return new TrackerReply((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", await response.Content.ReadAsStringAsync(), retryAfter, response.Headers.WwwAuthenticate.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await (_tracker?.DisposeAsync() ?? default);
        _http.Dispose();
        _directory.Dispose();
    }
}

/// <summary>An answer of a tracker.</summary>
sealed record TrackerReply(int Status, string Type, string Body, TimeSpan? RetryAfter, string Challenge)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public int Interval => Json.GetProperty("interval").GetInt32();

    public JsonElement Swarm => Assert.Single(Json.GetProperty("swarms").EnumerateArray());

    /// <summary>The first digits of the peers it tells of, in order.</summary>
    public IReadOnlyList<int> Peers => [.. Swarm.GetProperty("peers").EnumerateArray().Select(peer => int.Parse(peer.GetProperty("peer").GetString()!, System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>The addresses of the only peer.</summary>
    public IReadOnlyList<string> Addresses => [.. Assert.Single(Swarm.GetProperty("peers").EnumerateArray()).GetProperty("addresses").EnumerateArray().Select(one => one.GetString()!)];
}
