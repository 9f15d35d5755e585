using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Protocol.Api;

/// <summary>The JSON of the local API: what goes out comes back, in the form that is promised.</summary>
public sealed class ProtocolJsonTests
{
    static readonly DateTimeOffset _then = new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero);

    static readonly HttpOptions _http = new()
    {
        Headers = [new("X-One", "1"), new("X-Two", "\"ü\"")],
        AuthHeaders = [new("Authorization", "Custom x")],
        UserName = "ann",
        Password = "p",
        BearerToken = "t",
        Proxy = "none",
        AllowSecureToInsecureRedirect = true,
        CaPem = "pem",
        HttpVersion = "2",
        IpVersion = 6,
        ConnectionsMax = 3,
        BytesPerSecondMax = long.MaxValue,
    };

    static readonly IntegrityCheck _check = new()
    {
        PiecesHashFileUrl = "https://origin.test/hashes",
        PiecesHashFileDigest = "AAAA",
        PiecesHashFileDigestAlgorithm = "SHA512",
        HashOfHashes = "00ff",
        IsMandatory = true,
    };

    static readonly AddFile _file = new()
    {
        FileId = "id",
        RemoteName = "http://origin.test/a",
        LocalName = "/files/a",
        Ranges = [new(1, 2), new(long.MaxValue, ByteRange.ToEndOfFile)],
        FileSize = 12,
        Digest = "sha256:00",
        Integrity = _check,
        Overwrite = true,
        Http = _http,
    };

    static readonly JobChange _change = new()
    {
        DisplayName = "name",
        Description = "text",
        Priority = JobPriority.Foreground,
        NotifyFlags = NotifyFlags.JobError | NotifyFlags.JobModification,
        NoProgressTimeoutSeconds = uint.MaxValue,
        MinimumRetryDelaySeconds = 5,
        CostFlags = 0x800000FF,
        NotificationClsid = new Guid("11111111-2222-3333-4444-555555555555"),
    };

    static readonly JobSnapshot _job = new(
        new Guid("11111111-2222-3333-4444-555555555555"), "name", "text", new Owner(uint.MaxValue, "ann"), JobState.TransientError, JobPriority.Low, JobType.Download,
        NotifyFlags.JobTransferred | NotifyFlags.Disable, 3600, 5, 0x800000FF, new Guid("21111111-2222-3333-4444-555555555555"), 7,
        new JobProgress(ByteRange.UnknownSize, 5, 3, 1), new JobTimes(_then, _then.AddSeconds(1), _then.AddSeconds(2)),
        new JobErrorSnapshot(ErrorContext.RemoteFile, HResults.DO_E_DOWNLOAD_NO_PROGRESS, "No byte came", 2, _then.AddMinutes(1)), 99);

    static readonly FileSnapshot _snapshot = new(
        1, "id", "http://origin.test/a", "/files/a", [new(1, 2)], 100, 50, true, false, "/files/.a.tmp", "00ff", "\"v1\"", 4, "origin 192.0.2.7", "HTTP/1.1 200 OK\r\n",
        new FileIntegrity(IntegrityState.Unavailable, HResults.DO_E_METAINFO_VERSION, "why"), true, "2001:db8::7");

    [Fact]
    public void Every_record_comes_back_whole()
    {
        ProtocolJson json = ProtocolJson.Default;
        AssertComesBack(_job, json.JobSnapshot);
        AssertComesBack([_job, _job], json.ListJobSnapshot);
        AssertComesBack(_snapshot, json.FileSnapshot);
        AssertComesBack([_snapshot], json.ListFileSnapshot);
        AssertComesBack(new CreateJob { DisplayName = "name", Type = JobType.Upload, Files = [_file], Properties = _change, Resume = true }, json.CreateJob);
        AssertComesBack([_file, _file with { FileId = null, Digest = null, Http = null, Ranges = [] }], json.ListAddFile);
        AssertComesBack(_change, json.JobChange);
        AssertComesBack(new SetRemoteName("http://origin.test/b"), json.SetRemoteName);
        AssertComesBack(new FileTaken(HResults.E_FAIL), json.FileTaken);
        AssertComesBack(_http, json.HttpOptions);
        AssertComesBack(_check, json.IntegrityCheck);
        AssertComesBack(new FileIntegrity(IntegrityState.Pending), json.FileIntegrity);
        AssertComesBack(new Notification(4, NotificationKind.FileTransferred, _job, 2), json.Notification);
        AssertComesBack(new JobEvent(8, JobEventKind.Progress, _job), json.JobEvent);
        AssertComesBack(new JobReply(HResults.BG_S_PARTIAL_COMPLETE, _job), json.JobReply);
        AssertComesBack(new TrackerStatus("https://t", 2, _then, "no", _then), json.TrackerStatus);
        AssertComesBack(new PeerStatus("lan", "office", 7690,
            [new PeerConnectionStatus("00ff", "10.0.0.5:7690", "lan", true, 1, 2, 3, 4, 5)], [new PeerSum("lan", false, 1, 2, 3, 4)],
            [new BannedPeer("00ff", "10.0.0.6", _then, HResults.DO_E_BAD_PIECE_HASH, "sent false bytes")], new TrackerStatus("https://t", 2, _then, "no", _then)), json.PeerStatus);
        AssertComesBack(new AgentStatus("1.2.3", 42, 1000, true, "/run/haul.sock", "/var/lib/haul", _then, new Dictionary<JobState, int> { [JobState.Queued] = 3 }, 2, long.MaxValue), json.AgentStatus);
        AssertComesBack(new Problem("about:blank", "title", 404, "detail", HResults.DO_E_JOB_NOT_FOUND, "DO_E_JOB_NOT_FOUND"), json.Problem);
        AssertComesBack(new NotificationSession("s"), json.NotificationSession);
        AssertComesBack(new CallbackRegistration("s"), json.CallbackRegistration);
        AssertComesBack([new NotificationAnswer(_job.Id, 7, HResults.E_FAIL)], json.ListNotificationAnswer);
        var values = new Dictionary<string, DownloadValue> { ["Uri"] = DownloadValue.Of("u"), ["TotalSizeBytes"] = DownloadValue.Of(ulong.MaxValue), ["NonVolatile"] = DownloadValue.Of(true) };
        AssertComesBack(new CreateDownload { Properties = values }, json.CreateDownload);
        AssertComesBack(values, json.IReadOnlyDictionaryStringDownloadValue);
        AssertComesBack(new StartDownload { Ranges = [new(1, 2)], SinkDirectory = "/files" }, json.StartDownload);
        AssertComesBack(new DownloadStatus(_job.Id, DownloadState.Paused, ulong.MaxValue, 5, HResults.E_FAIL, HResults.DO_E_NO_SERVICE, "text", 7), json.DownloadStatus);
        AssertComesBack(new DownloadPropertyValue(DownloadValue.Of(false)), json.DownloadPropertyValue);
        AssertComesBack(DownloadValue.Of(""), json.DownloadValue);
    }

    [Fact]
    public void What_is_not_set_comes_back_unset()
    {
        ProtocolJson json = ProtocolJson.Default;
        AssertComesBack(_job with { NotificationClsid = null, Error = null, Times = new JobTimes(_then, _then, null) }, json.JobSnapshot);
        AssertComesBack(_job with { Error = _job.Error! with { FileIndex = null, RetryAt = null } }, json.JobSnapshot);
        AssertComesBack(_snapshot with { TemporaryName = null, Sha256 = null, Validator = null, Source = null, ResponseHeaders = null, Integrity = null, ServerAddress = null }, json.FileSnapshot);
        AssertComesBack(new CreateJob { DisplayName = "x" }, json.CreateJob);
        AssertComesBack(new JobChange(), json.JobChange);
        AssertComesBack(new CreateDownload(), json.CreateDownload);
        AssertComesBack(new StartDownload(), json.StartDownload);
        AssertComesBack(new HttpOptions(), json.HttpOptions);
        AssertComesBack(new Notification(1, NotificationKind.JobError, _job), json.Notification);
    }

    [Fact]
    public void Every_type_of_the_api_is_tested_here()
    {
        var known = new[]
        {
            typeof(JobSnapshot), typeof(FileSnapshot), typeof(CreateJob), typeof(AddFile), typeof(JobChange),
            typeof(SetRemoteName), typeof(FileTaken), typeof(HttpOptions), typeof(IntegrityCheck), typeof(FileIntegrity), typeof(Notification), typeof(JobEvent), typeof(JobReply),
            typeof(AgentStatus), typeof(Problem), typeof(NotificationSession), typeof(CallbackRegistration), typeof(NotificationAnswer),
            typeof(CreateDownload), typeof(StartDownload), typeof(DownloadStatus), typeof(DownloadPropertyValue), typeof(DownloadValue),
            typeof(PeerStatus), typeof(PeerConnectionStatus), typeof(PeerSum), typeof(BannedPeer), typeof(TrackerStatus),
        };
        var declared = typeof(ProtocolJson).GetProperties()
            .Where(property => property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>))
            .Select(property => property.PropertyType.GetGenericArguments()[0])
            .Where(type => type.Namespace == typeof(JobSnapshot).Namespace && !type.IsEnum);

        Assert.Empty(declared.Except(known).Except([typeof(Owner), typeof(JobProgress), typeof(JobTimes), typeof(JobErrorSnapshot), typeof(Header)]));
    }

    [Fact]
    public void Names_are_camel_case_enumerations_names_codes_hexadecimal_and_nulls_left_out()
    {
        var node = JsonNode.Parse(JsonSerializer.Serialize(_job with { NotificationClsid = null }, ProtocolJson.Default.JobSnapshot))!.AsObject();

        Assert.Equal("TransientError", (string?)node["state"]);
        Assert.Equal("Low", (string?)node["priority"]);
        Assert.Equal("JobTransferred, Disable", (string?)node["notifyFlags"]);
        Assert.Equal("0x80D02002", (string?)node["error"]!["code"]);
        Assert.Equal(18446744073709551615UL, (ulong?)node["progress"]!["bytesTotal"]);
        Assert.False(node.ContainsKey("notificationClsid"));
        Assert.All(node, member => Assert.True(char.IsAsciiLetterLower(member.Key[0])));
    }

    [Fact]
    public void What_a_caller_leaves_out_has_the_documented_default()
    {
        var create = JsonSerializer.Deserialize("""{"displayName":"x","files":[{"remoteName":"http://origin.test/a","localName":"/a"}]}""", ProtocolJson.Default.CreateJob)!;

        Assert.Equal((JobType.Download, null, false), (create.Type, create.Properties, create.Resume));
        var file = create.Files.Single();
        Assert.Equal((null, ByteRange.UnknownSize, null, false, null), (file.FileId, file.FileSize, file.Digest, file.Overwrite, file.Http));
        Assert.Empty(file.Ranges);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"displayName":null}""")]
    [InlineData("""{"displayName":"x","files":null}""")]
    [InlineData("""{"displayName":"x","files":[{"remoteName":"http://origin.test/a"}]}""")]
    [InlineData("""{"displayName":"x","files":[{"remoteName":null,"localName":"/a"}]}""")]
    [InlineData("""{"displayName":"x","type":"Sideload"}""")]
    [InlineData("""{"displayName":"x","properties":{"noProgressTimeoutSeconds":-1}}""")]
    [InlineData("""{"displayName":"x" """)]
    public void What_is_no_job_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(json, ProtocolJson.Default.CreateJob));

    static void AssertComesBack<T>(T value, JsonTypeInfo<T> type)
    {
        var text = JsonSerializer.Serialize(value, type);
        var back = JsonSerializer.Deserialize(text, type);

        Assert.Equivalent(value, back, strict: true);
        Assert.Equal(text, JsonSerializer.Serialize(back!, type));
    }
}
