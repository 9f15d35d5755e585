using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Downloads;

/// <summary>What properties do, and what they read back.</summary>
public sealed class DownloadSettingsTests : IDisposable
{
    readonly JobWorld _world = new();

    [Fact]
    public void What_was_never_set_is_not_set()
    {
        var id = Create();

        foreach (var row in DownloadProperties.All.Where(row => row.Access.HasFlag(DownloadAccess.Get) && row.Home == DownloadHome.Agent && row.Id != DownloadProperty.Id))
            Assert.Equal((row.Id, E_NOT_SET), (row.Id, Get(id, row.Id.ToString()).Code));
        Assert.Equal(id.ToString(), Get(id, "Id").Value!.Value.Text);
        Assert.Equal(DO_E_UNKNOWN_PROPERTY_ID, Get(id, "30").Code);
        Assert.Equal(E_NOTIMPL, Get(id, "CallbackInterface").Code);
    }

    [Fact]
    public void What_was_set_reads_back_after_a_restart_too()
    {
        var id = Create();
        (string Property, DownloadValue Value)[] set =
        [
            ("Uri", DownloadValue.Of("http://origin.test/x")), ("ContentId", DownloadValue.Of("c")), ("DisplayName", DownloadValue.Of("n")),
            ("LocalPath", DownloadValue.Of(JobWorld.Local("x"))), ("HttpCustomHeaders", DownloadValue.Of("A: b\r\n")), ("CostPolicy", DownloadValue.Of(3UL)),
            ("NoProgressTimeoutSeconds", DownloadValue.Of(77UL)), ("ForegroundPriority", DownloadValue.Of(true)), ("CorrelationVector", DownloadValue.Of("v")),
            ("IntegrityCheckMandatory", DownloadValue.Of(false)), ("TotalSizeBytes", DownloadValue.Of(5UL)), ("DisallowOnCellular", DownloadValue.Of(true)),
            ("HttpAllowSecureToNonSecureRedirect", DownloadValue.Of(true)), ("NonVolatile", DownloadValue.Of(true)),
        ];
        foreach (var (property, value) in set)
            Assert.Equal(S_OK, Set(id, property, value));

        _world.Restart();

        Assert.All(set, one => Assert.Equal(one.Value, Get(id, one.Property).Value?.Value));
        var job = _world.Now(id);
        Assert.Equal(("n", JobPriority.Foreground, 77u, (uint)TransferPolicy.NotRoaming), (job.DisplayName, job.Priority, job.NoProgressTimeoutSeconds, job.CostFlags));
    }

    [Theory]
    [InlineData(DownloadCostPolicy.Always, false, TransferPolicy.Always)]
    [InlineData(DownloadCostPolicy.Always, true, TransferPolicy.Unrestricted)]
    [InlineData(DownloadCostPolicy.Unrestricted, false, TransferPolicy.Unrestricted)]
    [InlineData(DownloadCostPolicy.Standard, true, TransferPolicy.Standard)]
    [InlineData(DownloadCostPolicy.NoRoaming, false, TransferPolicy.NotRoaming)]
    [InlineData(DownloadCostPolicy.NoSurcharge, false, TransferPolicy.NoSurcharge)]
    [InlineData(DownloadCostPolicy.NoCellular, false, TransferPolicy.Unrestricted)]
    public void A_cost_policy_is_the_job_s(DownloadCostPolicy policy, bool isNotCellular, TransferPolicy expected)
    {
        var id = Create();
        Set(id, "DisallowOnCellular", DownloadValue.Of(isNotCellular));
        Set(id, "CostPolicy", DownloadValue.Of((ulong)policy));
        Assert.Equal((uint)expected, _world.Now(id).CostFlags);
    }

    [Fact]
    public void Headers_are_sent_and_what_the_server_says_can_be_read()
    {
        _world.Origin.Serve(JobWorld.Url("a"));
        var id = Ready();
        Set(id, "HttpCustomHeaders", DownloadValue.Of("X-One: 1\r\nX-Two: 2"));

        Start(id);

        Assert.Contains("X-One: 1", _world.Origin.Requests.Single().Headers, StringComparison.Ordinal);
        Assert.Contains("X-Two: 2", _world.Origin.Requests.Single().Headers, StringComparison.Ordinal);
        Assert.Equal(1000ul, Get(id, "TotalSizeBytes").Value!.Value.Number);
        Assert.InRange(Get(id, "HttpStatusCode").Value!.Value.Number!.Value, 200ul, 206ul);
        Assert.Contains("ETag: \"v1\"", Get(id, "HttpResponseHeaders").Value!.Value.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/", Get(id, "HttpResponseHeaders").Value!.Value.Text, StringComparison.Ordinal);
        _world.Do(downloads => downloads.FinalizeAsync(_world.Ann, id));
        Assert.Contains("ETag", Get(id, "HttpResponseHeaders").Value!.Value.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Security_flags_go_with_the_file_and_unknown_ones_are_refused()
    {
        var id = Ready();
        Assert.Equal(E_INVALIDARG, _world.Do(downloads => downloads.SetAsync(_world.Ann, id, "SecurityFlags", DownloadValue.Of(2ul))).Code);
        Set(id, "SecurityFlags", DownloadValue.Of(0x100ul));

        Start(id);

        Assert.Equal(CertificateFaults.UnknownAuthority, _world.Ways[^1].IgnoredFaults);
    }

    [Fact]
    public void Headers_for_a_challenge_are_sent_once_there_was_one()
    {
        _world.Origin.Serve(JobWorld.Url("a")).Answers = Locked;
        var id = Ready();
        Set(id, "HttpCustomAuthHeaders", DownloadValue.Of("X-Key: wrong"));
        Start(id);
        Assert.Equal(HResult.FromHttpStatus(401), _world.Now(id).Error!.Code);
        Assert.Equal(401ul, Get(id, "HttpStatusCode").Value!.Value.Number);

        // They may be mended in the pause that the refusal is.
        Assert.Equal(S_OK, Set(id, "HttpCustomAuthHeaders", DownloadValue.Of("X-Key: right")));
        _world.Do(downloads => downloads.StartAsync(_world.Ann, id, new StartDownload()));

        Assert.Equal(JobState.Transferred, _world.StateOf(id));
        Assert.Equal(["", "wrong", "", "right"], _world.Origin.Requests.Select(KeyOf));
        Assert.Equal(DO_E_WRITE_ONLY_PROPERTY, Get(id, "HttpCustomAuthHeaders").Code);
    }

    [Fact]
    public void The_address_of_the_server_can_be_read_once_it_answered()
    {
        _world.Origin.Serve(JobWorld.Url("a")).Stalling(at: 500).Address = System.Net.IPAddress.Parse("192.0.2.7");
        var id = Ready();
        Assert.Equal(E_NOT_SET, Get(id, "HttpServerIPAddress").Code);

        Start(id);
        Assert.Equal("192.0.2.7", Get(id, "HttpServerIPAddress").Value!.Value.Text);
        _world.Do(downloads => downloads.PauseAsync(_world.Ann, id));
        Assert.Equal("192.0.2.7", Get(id, "HttpServerIPAddress").Value!.Value.Text);

        _world.Origin.Serve(JobWorld.Url("a")).Refusing(404).Address = System.Net.IPAddress.Parse("2001:db8::7");
        _world.Do(downloads => downloads.StartAsync(_world.Ann, id, new StartDownload()));
        Assert.Equal("2001:db8::7", Get(id, "HttpServerIPAddress").Value!.Value.Text);
        Assert.Equal("2001:db8::7", _world.FileOf(id).ServerAddress);
        _world.Do(downloads => downloads.AbortAsync(_world.Ann, id));
        Assert.Equal("2001:db8::7", Get(id, "HttpServerIPAddress").Value!.Value.Text);
    }

    [Fact]
    public void Where_redirects_led_can_be_read()
    {
        _world.Origin.Serve(JobWorld.Url("b"));
        _world.Origin.Serve(JobWorld.Url("a")).Answers = _ =>
        {
            var moved = new HttpResponseMessage(System.Net.HttpStatusCode.Found);
            moved.Headers.Location = new Uri(JobWorld.Url("b"));
            return moved;
        };
        var id = Ready();

        Start(id);

        Assert.Equal(JobWorld.Url("b"), Get(id, "HttpRedirectionTarget").Value!.Value.Text);
    }

    [Fact]
    public void A_size_that_was_given_and_is_not_so_is_an_error()
    {
        _world.Origin.Serve(JobWorld.Url("a"));
        var id = Ready();
        Set(id, "TotalSizeBytes", DownloadValue.Of(999UL));

        Start(id);

        Assert.Equal(DO_E_HTTP_BLOCKSIZE_MISMATCH, _world.Now(id).Error!.Code);
    }

    [Fact]
    public void A_new_url_in_a_pause_is_taken_up_where_the_old_one_stopped()
    {
        var content = FakeOrigin.Content(3 << 20);
        _world.Origin.Serve(JobWorld.Url("a"), content).Stalling(at: 2 << 20);
        _world.Origin.Serve(JobWorld.Url("b"), content);
        var id = Ready();
        Start(id);
        Assert.Equal(DO_E_INVALID_STATE, Set(id, "Uri", DownloadValue.Of(JobWorld.Url("b"))));
        _world.Pass(TimeSpan.FromSeconds(2));
        _world.Do(downloads => downloads.PauseAsync(_world.Ann, id));

        Assert.Equal(S_OK, Set(id, "Uri", DownloadValue.Of(JobWorld.Url("b"))));
        Assert.Equal(DO_E_INVALID_STATE, Set(id, "LocalPath", DownloadValue.Of(JobWorld.Local("b"))));
        _world.Do(downloads => downloads.StartAsync(_world.Ann, id, new StartDownload()));

        Assert.Equal((new Uri(JobWorld.Url("b")), 2 << 20), (_world.Origin.Requests[^1].Uri, _world.Origin.Requests[^1].Range!.From));
        Assert.Equal(JobState.Transferred, _world.StateOf(id));
    }

    [Fact]
    public void Priority_acts_at_once()
    {
        _world.Origin.Serve(JobWorld.Url("a")).Stalling();
        var id = Ready();
        Start(id);

        Assert.Equal(S_OK, Set(id, "ForegroundPriority", DownloadValue.Of(true)));
        Assert.Equal(JobPriority.Foreground, _world.Now(id).Priority);
        Assert.Equal(S_OK, Set(id, "NoProgressTimeoutSeconds", DownloadValue.Of(0UL)));
        Assert.Equal(3600u, _world.Now(id).NoProgressTimeoutSeconds);
    }

    public void Dispose() => _world.Dispose();

    static HttpResponseMessage Locked(HttpRequestMessage request) => request.Headers.TryGetValues("X-Key", out var keys) && keys.Single() == "right"
        ? new HttpResponseMessage { Content = new ByteArrayContent([1, 2, 3]) }
        : new HttpResponseMessage(System.Net.HttpStatusCode.Unauthorized);

    static string KeyOf(SeenRequest request) => request.Headers.Split('\n').FirstOrDefault(line => line.StartsWith("X-Key: ", StringComparison.Ordinal))?.Trim()[7..] ?? "";

    Guid Create() => _world.Do(downloads => downloads.CreateAsync(_world.Ann, new CreateDownload())).Value!.Id;

    Guid Ready()
    {
        var id = Create();
        Set(id, "Uri", DownloadValue.Of(JobWorld.Url("a")));
        Set(id, "LocalPath", DownloadValue.Of(JobWorld.Local("a")));
        return id;
    }

    void Start(Guid id) => Assert.Equal(S_OK, _world.Do(downloads => downloads.StartAsync(_world.Ann, id, new StartDownload { Ranges = [] })).Code);

    HResult Set(Guid id, string property, DownloadValue value) => _world.Do(downloads => downloads.SetAsync(_world.Ann, id, property, value)).Code;

    Outcome<DownloadPropertyValue> Get(Guid id, string property) => _world.Do(downloads => downloads.GetAsync(_world.Ann, id, property));
}
