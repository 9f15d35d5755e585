using System.Text.Json;
using Haul.Cli;
using Haul.Cli.Output;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Cli.Output;

/// <summary>What programs read.</summary>
public sealed class JsonViewTests
{
    readonly StringWriter _out = new() { NewLine = "\n" };
    readonly JsonView _view;

    public JsonViewTests() => _view = new JsonView(new Terminal { Out = _out, Error = TextWriter.Null, IsLive = false }, new FakeTimeProvider());

    List<JsonElement> Lines() => [.. _out.ToString().TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];

    [Fact]
    public void Each_event_is_one_line_that_names_its_kind_and_its_job()
    {
        _view.Began(Snapshots.Job(JobState.Queued), [Snapshots.File(0, 0)], new GetGround(IsInProcess: true, IsResumed: false));
        _view.Show(Snapshots.Job(JobState.Transferring, 10), []);
        _view.Show(Snapshots.Job(JobState.Transferring, 10), []);
        _view.Done([new FileReport(Snapshots.File(0, 1000), TimeSpan.FromSeconds(2), 1000)]);

        var lines = Lines();
        Assert.Equal(["began", "progress", "file", "done"], lines.Select(line => line.GetProperty("event").GetString()));
        Assert.All(lines, line => Assert.Equal("11111111-2222-3333-4444-555555555555", line.GetProperty("job").GetString()));
        Assert.Equal(500, lines[2].GetProperty("bytesPerSecond").GetInt64());
        Assert.Equal("ab12", lines[2].GetProperty("sha256").GetString());
    }

    [Fact]
    public void A_size_that_is_not_known_is_left_out()
    {
        _view.Show(Snapshots.Job(JobState.Transferring, 10, ByteRange.UnknownSize), []);

        Assert.False(Lines()[0].TryGetProperty("bytesTotal", out _));
    }

    [Fact]
    public void A_failure_has_its_code_in_every_form_and_the_exit_code()
    {
        _view.Failed(new Failure(HResult.FromHttpStatus(404), "gone"));

        var line = Assert.Single(Lines());
        Assert.Equal("0x80190194", line.GetProperty("code").GetString());
        Assert.Equal("BG_E_HTTP_ERROR_404", line.GetProperty("name").GetString());
        Assert.Equal(ExitCode.Server, line.GetProperty("exit").GetInt32());
    }
}
