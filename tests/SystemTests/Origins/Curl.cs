using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Origins;

/// <summary>One run of curl: an honest client that is not ours.</summary>
sealed class Curl : IDisposable
{
    /// <summary>Exit codes of curl, as its manual page names them.</summary>
    public const int PartialFile = 18;
    public const int TooManyRedirects = 47;
    public const int TimedOut = 28;
    public const int ReceiveFailed = 56;
    public const int BadCertificate = 60;

    readonly TempDirectory _directory = new();

    Curl()
    {
    }

    /// <summary>Where the body is.</summary>
    public string BodyPath => _directory.File("body");

    public byte[] Body => File.Exists(BodyPath) ? File.ReadAllBytes(BodyPath) : [];

    public int ExitCode { get; private set; }

    /// <summary>The HTTP status of the last answer.</summary>
    public string Status { get; private set; } = "";

    public string Errors { get; private set; } = "";

    public static async Task<Curl> RunAsync(params string[] arguments)
    {
        var curl = new Curl();
        string[] common = ["--silent", "--show-error", "--noproxy", "", "--output", curl.BodyPath, "--write-out", "%{http_code}"];
        await using var run = RunningProgram.Start("curl", [.. common, .. arguments]);
        curl.ExitCode = await run.WaitForExitAsync();
        curl.Status = run.Output.Text;
        curl.Errors = run.Errors.Text;
        return curl;
    }

    public void Dispose() => _directory.Dispose();
}
